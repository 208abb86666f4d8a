import { parseArgs } from 'node:util';
import { anonymous, isKeyName } from '../../platform/auth/api-key.js';
import { isScope, type Scope, scopeDescriptions, scopes } from '../../platform/auth/scopes.js';
import { nearestName } from '../../platform/settings/nearest-name.js';

/** What is asked for. */
export type KeysRequest =
  | {
      readonly command: 'create';
      readonly name: string;
      readonly scopes: readonly Scope[];
      readonly output: string | undefined;
    }
  | { readonly command: 'ensure'; readonly name: string; readonly scopes: readonly Scope[]; readonly file: string }
  | { readonly command: 'list'; readonly json: boolean }
  | { readonly command: 'revoke'; readonly id: string }
  | { readonly command: 'help' };

/** The command line cannot be understood; nothing has been done. */
export class UsageFault extends Error {
  readonly code = 'usage-fault';
  override readonly name = 'UsageFault';
}

const text = { type: 'string' } as const;
/** May be given more than once. */
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;
const options = {
  create: { name: text, scopes: texts, output: text },
  ensure: { name: text, scopes: texts, file: text },
  list: { json: flag },
  revoke: {},
} as const;
type CommandName = keyof typeof options;
const commandNames = Object.keys(options) as CommandName[];

export const usage = `The keys of the API's callers. Usage: npm run keys -- <command>

  create --name NAME --scopes SCOPES
                        makes a key and prints its token, which is shown this once and kept nowhere
         --output FILE  writes the token into a new file that only its owner can read, and prints its id
  ensure --name NAME --scopes SCOPES --file FILE
                        makes sure that the token in FILE is a key; one that is there stays as it is,
                        also when it was revoked
  list                  every key, also those that were revoked
       --json           the same for scripts
  revoke ID             within a second the key lets nobody in any more
  --help                show this

NAME is the caller, whose runs are its own: letters, digits, dots, underscores and hyphens. Several keys may have
the same name; to change a caller's key, make the new one, then revoke the old one.
SCOPES is a list with commas of
${scopes.map((scope) => `  ${scope.padEnd(10)}  ${scopeDescriptions[scope]}`).join('\n')}

The database is the one of the POSTGRES_... settings (docs/settings.md); without POSTGRES_PASSWORD it is the one
that npm start runs in this clone.
Exit codes: 0 done, 1 not done (the message says why), 64 wrong usage, 78 wrong settings.
`;

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * Reads the command line, without node and the script.
 * @throws {UsageFault}
 */
export function readCommandLine([name = '', ...args]: readonly string[]): KeysRequest {
  if (['help', '--help', '-h'].includes(name)) return { command: 'help' };
  if (name === '') throw new UsageFault('say what to do');
  if (!isCommand(name)) throw new UsageFault(`there is no command ${name}${meant(name, commandNames)}`);
  const { values, positionals } = parse(name, args);
  if (values['help']) return { command: 'help' };
  const most = name === 'revoke' ? 1 : 0;
  if (positionals.length > most) throw new UsageFault(`${name} does not take ${positionals.slice(most).join(' ')}`);
  switch (name) {
    case 'create':
      return { command: name, ...caller(name, values), output: optional(name, values, 'output') };
    case 'ensure':
      return { command: name, ...caller(name, values), file: required(name, values, 'file') };
    case 'list':
      return { command: name, json: values['json'] === true };
    case 'revoke':
      return { command: name, id: keyId(positionals[0]) };
  }
}

const isCommand = (name: string): name is CommandName => (commandNames as string[]).includes(name);

function meant(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

function parse(name: CommandName, args: readonly string[]): { values: Values; positionals: string[] } {
  const own = { ...options[name], help: { ...flag, short: 'h' } } as const;
  const given = { args: [...args], options: own, allowPositionals: true } as const;
  // Node's own refusal of an option that there is not does not say which one was meant.
  const names = Object.keys(own);
  for (const token of parseArgs({ ...given, strict: false, tokens: true }).tokens)
    if (token.kind === 'option' && !names.includes(token.name))
      throw new UsageFault(`${name} has no option ${token.rawName}${meant(token.rawName, names.map(dashed))}`);
  try {
    return parseArgs(given) as { values: Values; positionals: string[] };
  } catch (error) {
    // The second sentence is about positionals that begin with a dash.
    throw new UsageFault(`${name}: ${(error as Error).message.split('. ')[0]}`, { cause: error });
  }
}

const dashed = (option: string): string => `--${option}`;

function optional(command: CommandName, values: Values, option: string): string | undefined {
  const value = values[option];
  if (value === '') throw new UsageFault(`${command}: --${option} is empty`);
  return typeof value === 'string' ? value : undefined;
}

function required(command: CommandName, values: Values, option: string): string {
  const value = optional(command, values, option);
  if (value === undefined) throw new UsageFault(`${command} needs --${option}`);
  return value;
}

function caller(command: CommandName, values: Values): { name: string; scopes: readonly Scope[] } {
  const name = required(command, values, 'name');
  if (name === anonymous) throw new UsageFault(`${anonymous} is what callers without a key are called: name another`);
  if (!isKeyName(name))
    throw new UsageFault(
      `${JSON.stringify(name)} is no name for a caller: 1 to 100 letters, digits, dots, underscores and hyphens`,
    );
  return { name, scopes: scopesOf(command, values) };
}

function scopesOf(command: CommandName, values: Values): readonly Scope[] {
  const wanted = ((values['scopes'] ?? []) as readonly string[])
    .flatMap((list) => list.split(','))
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  if (wanted.length === 0) throw new UsageFault(`${command} needs --scopes: ${scopes.join(', ')}`);
  const stranger = wanted.find((scope) => !isScope(scope));
  if (stranger !== undefined)
    throw new UsageFault(
      `there is no scope ${stranger}${meant(stranger, scopes) || `: they are ${scopes.join(', ')}`}`,
    );
  return scopes.filter((scope) => wanted.includes(scope));
}

function keyId(word: string | undefined): string {
  if (word === undefined) throw new UsageFault('revoke: say which key, by its id (npm run keys -- list)');
  // It is not shown again: a token has no place on screens and in logs.
  if (word.includes('_'))
    throw new UsageFault('revoke takes the id alone: in a token it stands between the first two underscores');
  return word;
}
