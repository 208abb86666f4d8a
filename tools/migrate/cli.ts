import { parseArgs } from 'node:util';
import { migrations } from '../../migrations/index.js';
import {
  type MigrationSettings,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../platform/database/migrate.js';

export const usage = `Usage: npm run migrate -- <command>

  up                    apply all pending steps
  down                  revert the last step
  down --to <name>      revert back to this step, itself included
  down --all            revert every step; the app's data goes with the tables
  status                list the steps, applied and pending
  status --check        the same; exits 1 when a step is pending
  --help                show this

Each step runs in one transaction with its record. Any number of processes may run this at once.
The database is the one of the POSTGRES_... settings (docs/settings.md).
Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong settings.
`;

export type MigrateCommand =
  | { readonly name: 'help' }
  | { readonly name: 'up' }
  | { readonly name: 'down'; readonly to?: string; readonly all?: boolean }
  | { readonly name: 'status'; readonly check: boolean };

/** The command line cannot be understood; nothing has been done. */
export class UsageFault extends Error {
  readonly code = 'usage-fault';
  override readonly name = 'UsageFault';
}

/**
 * What a command line asks for.
 * @throws {UsageFault}
 */
export function parseCommand(args: readonly string[]): MigrateCommand {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help' };
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageFault('say what to do');
  if (name !== 'up' && name !== 'down' && name !== 'status') throw new UsageFault(`unknown command ${name}`);
  if (rest.length > 0) throw new UsageFault(`${name} takes no ${rest[0]}`);
  const { to, all, check = false } = values;
  if (name !== 'down' && (to !== undefined || all)) throw new UsageFault('--to and --all go with down only');
  if (name !== 'status' && check) throw new UsageFault('--check goes with status only');
  if (to !== undefined && all) throw new UsageFault('--to and --all exclude each other');
  if (name === 'down') return { name, ...(to !== undefined && { to }), ...(all && { all }) };
  return name === 'status' ? { name, check } : { name };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        to: { type: 'string' },
        all: { type: 'boolean' },
        check: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Does what was asked and says so, a line for each step as it is done.
 * @returns the exit code
 * @throws what the functions of platform/database/migrate.ts throw
 */
export async function runCommand(
  command: Exclude<MigrateCommand, { name: 'help' }>,
  settings: MigrationSettings,
  write: (line: string) => void,
): Promise<number> {
  const options = {
    folders: migrations,
    logger: { info: (_fields: object, message = '') => write(message) },
  };
  switch (command.name) {
    case 'up': {
      const { applied } = await migrateUp(settings, options);
      write(applied.length > 0 ? `${count(applied.length)} applied` : 'Nothing to apply: the schema is up to date');
      return 0;
    }
    case 'down': {
      const { reverted } = await migrateDown(settings, { ...options, ...command });
      write(reverted.length > 0 ? `${count(reverted.length)} reverted` : 'Nothing to revert: no step is applied');
      return 0;
    }
    case 'status': {
      const states = await migrationStatus(settings, options);
      for (const line of states.map(describe)) write(line);
      const pending = states.filter((step) => step.state === 'pending').length;
      write(pending > 0 ? `${count(pending)} pending` : 'The schema is up to date');
      return command.check && pending > 0 ? 1 : 0;
    }
  }
}

const count = (steps: number): string => (steps === 1 ? '1 step' : `${steps} steps`);

function describe({ name, state, appliedAt }: MigrationState): string {
  const since = appliedAt ? `  ${appliedAt.toISOString()}` : '';
  return `${state.padEnd(7)}  ${name}${since}${state === 'unknown' ? '  (no file for it here)' : ''}`;
}
