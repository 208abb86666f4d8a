import test from 'ava';
import { parseCommandLine } from '../cli/command-line.mjs';
import { program } from './cli.js';

const read = (line: string) => parseCommandLine(program, line.split(' '));

const understood: Readonly<Record<string, unknown>> = {
  'create --name ada --scopes runs:read,runs:write': {
    command: 'create',
    name: 'ada',
    scopes: ['runs:read', 'runs:write'],
    output: undefined,
  },
  'create --name=ada --scopes=runs:write --scopes=runs:read,runs:write --output=there': {
    command: 'create',
    name: 'ada',
    scopes: ['runs:read', 'runs:write'],
    output: 'there',
  },
  'ensure --file there --name first --scopes runs:admin': {
    command: 'ensure',
    name: 'first',
    scopes: ['runs:admin'],
    file: 'there',
  },
  'list --json': { command: 'list', json: true },
  'revoke Abcdefgh01234567': { command: 'revoke', id: 'Abcdefgh01234567' },
};
for (const [line, request] of Object.entries(understood))
  test(`reads "${line}"`, (t) => {
    t.deepEqual<unknown, unknown>(read(line), request);
  });

const wrong: Readonly<Record<string, RegExp>> = {
  'create --scopes runs:read': /^Missing --name$/,
  'create --name ada': /^Missing --scopes$/,
  'create --name ada --scopes runs:raed': /^--scopes: runs:raed is unknown; did you mean runs:read\?$/,
  'create --name a/b --scopes runs:read': /^--name: "a\/b" is not 1 to 100 letters/,
  'create --name anonymous --scopes runs:read': /^--name: anonymous is reserved/,
  'ensure --name ada --scopes runs:read': /^Missing --file$/,
  revoke: /^Missing ID$/,
};
for (const [line, message] of Object.entries(wrong))
  test(`rejects "${line}"`, (t) => {
    t.throws(() => read(line), { code: 'usage-error', message });
  });

test('rejects a token instead of an id, and does not print it', (t) => {
  const error = t.throws(() => read('revoke atlas_Abcdefgh01234567_secret'), { code: 'usage-error' });
  t.notRegex(error.message, /secret/);
});
