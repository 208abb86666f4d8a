import { parseArgs } from 'node:util';
import { nearestName } from '../../platform/settings/nearest-name.js';

/** What is asked for; each with the options it has. */
export type Request =
  | { readonly command: 'plan'; readonly detailedExitcode: boolean }
  | { readonly command: 'deploy'; readonly resetPassword: boolean }
  | { readonly command: 'destroy'; readonly data: boolean; readonly yes: boolean }
  | { readonly command: 'status'; readonly json: boolean }
  | { readonly command: 'logs'; readonly part: string | undefined; readonly follow: boolean; readonly tail: number }
  | { readonly command: 'backup'; readonly folder: string | undefined }
  | { readonly command: 'restore'; readonly folder: string }
  | { readonly command: 'help' };
export type CommandName = Exclude<Request['command'], 'help'>;

/** The command line makes no sense; the message says why. */
export class WrongUsage extends Error {
  readonly code = 'wrong-usage';
  constructor(message: string) {
    super(message);
    this.name = 'WrongUsage';
  }
}

const flag = { type: 'boolean', default: false } as const;
const options = {
  plan: { 'detailed-exitcode': flag },
  deploy: { 'reset-password': flag },
  destroy: { data: flag, yes: { ...flag, short: 'y' } },
  status: { json: flag },
  logs: { follow: { ...flag, short: 'f' }, tail: { type: 'string', default: '100' } },
  backup: {},
  restore: {},
} as const;
const commandNames = Object.keys(options) as CommandName[];

export const usage = `Commands on a stage of containers; ATLAS_STAGE says which, dev when it is not set.

  npm run plan                       what a deploy would change
    -- --detailed-exitcode           exits with 2 where something differs
  npm run deploy                     brings the stage to what the code says
    -- --reset-password              gives existing data the password of the stage's secrets first
  npm run destroy                    stops and removes the containers; the data stays
    -- --data                        removes the data too, after asking; -- --data --yes does not ask
  npm run status                     each container with health, version, uptime, address; -- --json for scripts
  npm run logs -- [PART]             what the containers wrote; -- --follow, -- --tail=N
  npm run backup -- [FOLDER]         the whole PostgreSQL at one moment, into a new folder
  npm run restore -- FOLDER          a backup into a stage that has no data, and its deploy
  npm run doctor                     what this machine lacks for npm start and for a deploy

Exit codes
  0   done; status: everything is healthy
  1   not done; the message says what is wrong and what to do
  2   plan -- --detailed-exitcode: something differs
  64  a wrong command line
  78  a setting is not valid; nothing was done
  130 Ctrl-C; what was under way has ended in an orderly way (143 for SIGTERM, 129 for SIGHUP)
  141 the output was closed, as in npm run logs | head; commands that change a stage stop as with Ctrl-C and exit with 130

Settings come from the environment and from .env; docs/settings.md explains each, docs/deploy.md the whole.
`;

/** Reads the command line, without node and the script. @throws {WrongUsage} */
export function readCommandLine([name = '', ...args]: readonly string[]): Request {
  if (['', 'help', '--help', '-h'].includes(name)) return { command: 'help' };
  if (!isCommand(name)) {
    const near = nearestName(name, commandNames);
    throw new WrongUsage(`There is no command ${name}${near ? `; did you mean ${near}?` : ''}`);
  }
  const { values, positionals } = parse(name, args);
  if (values['help']) return { command: 'help' };
  const most = ['logs', 'backup', 'restore'].includes(name) ? 1 : 0;
  if (positionals.length > most) throw new WrongUsage(`${name} does not take ${positionals.slice(most).join(' ')}`);
  return requestOf(name, values, positionals[0]);
}

const isCommand = (name: string): name is CommandName => (commandNames as string[]).includes(name);

type Values = Readonly<Record<string, string | boolean | undefined>>;

function parse(name: CommandName, args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options[name], help: { ...flag, short: 'h' } },
      allowPositionals: true,
    }) as { values: Values; positionals: string[] };
  } catch (error) {
    // Node's own words name the option; the second sentence is about positionals that begin with a dash.
    throw new WrongUsage(`${name}: ${(error as Error).message.split('. ')[0]}`);
  }
}

function requestOf(command: CommandName, values: Values, word: string | undefined): Request {
  const is = (option: string) => values[option] === true;
  switch (command) {
    case 'plan':
      return { command, detailedExitcode: is('detailed-exitcode') };
    case 'deploy':
      return { command, resetPassword: is('reset-password') };
    case 'destroy':
      return { command, data: is('data'), yes: is('yes') };
    case 'status':
      return { command, json: is('json') };
    case 'logs':
      return { command, part: word, follow: is('follow'), tail: lineCount(String(values['tail'])) };
    case 'backup':
      return { command, folder: word };
    case 'restore':
      if (word === undefined) throw new WrongUsage('restore: say which folder: npm run restore -- FOLDER');
      return { command, folder: word };
  }
}

function lineCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new WrongUsage(`logs: --tail is a number of lines, not ${text}`);
  return count;
}
