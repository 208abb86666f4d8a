import { anonymous, isKeyName } from '../../platform/auth/api-key.js';
import { scopeDescriptions, scopes } from '../../platform/auth/scopes.js';
import { someOf } from '../cli/command-line.mjs';
import type { Program, Request } from '../cli/program.js';

const caller = {
  name: { value: 'NAME', help: 'Name of the caller', required: true, parse: callerName },
  scopes: {
    value: 'SCOPES',
    help: 'Comma-separated list of scopes',
    required: true,
    repeatable: true,
    parse: someOf(scopes),
  },
} as const;

export const program = {
  call: 'npm run keys --',
  summary: 'Creates, lists and revokes the API keys of callers.',
  commands: {
    create: {
      help: 'Create a key and print its token, which is not stored',
      options: { ...caller, output: { value: 'FILE', help: 'Write the token to a new file that only you can read' } },
    },
    ensure: {
      help: 'Create the key of an existing token, unless the key exists',
      options: { ...caller, file: { value: 'FILE', help: 'File that contains the token', required: true } },
    },
    list: { help: 'List all keys, revoked ones too', options: { json: { help: 'Print JSON' } } },
    revoke: {
      help: 'Revoke a key; it stops working within a second',
      argument: { name: 'id', required: true, parse: keyId },
    },
  },
  notes: `A caller sees only its own runs, unless it has runs:admin. Several keys can have the same NAME: to replace a key, create the new one,
then revoke the old one. Scopes:
${scopes.map((scope) => `  ${scope.padEnd(10)}  ${scopeDescriptions[scope]}`).join('\n')}

The POSTGRES_... settings name the database (docs/settings.md). Without POSTGRES_PASSWORD, it is the database of npm start in this clone.
Exit codes: 0 done, 1 failed, 64 wrong command line, 78 invalid settings`,
} as const satisfies Program;

export type KeysRequest = Request<typeof program>;

function callerName(text: string): string {
  if (text === anonymous) throw new Error(`${anonymous} is reserved for callers without a key; choose another name`);
  if (isKeyName(text)) return text;
  throw new Error(`${JSON.stringify(text)} is not 1 to 100 letters, digits, dots, underscores and hyphens`);
}

/** Does not repeat an invalid id, because it may be a token, which must not appear on screens or in logs. */
function keyId(text: string): string {
  if (text.includes('_'))
    throw new Error('give only the id of the key, which is the part of the token between the first two underscores');
  return text;
}
