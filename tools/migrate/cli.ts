import { product } from '../../config/product.js';
import { migrations } from '../../migrations/index.js';
import {
  type MigrationSettings,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../platform/database/migrate.js';
import type { Program, Request } from '../cli/program.js';

export const program = {
  call: 'npm run migrate --',
  summary: 'Applies and reverts migrations of the database that the POSTGRES_... settings name (docs/settings.md).',
  commands: {
    up: { help: 'Apply all pending migrations' },
    down: {
      help: 'Revert the last migration',
      options: {
        to: { value: 'NAME', help: 'Revert back to this migration, and this one too', excludes: 'all' },
        all: { help: "Revert every migration; the app's data is lost with its tables" },
      },
    },
    status: {
      help: 'List the migrations, applied and pending',
      options: { check: { help: 'Exit with 1 if a migration is pending' } },
    },
  },
  notes: `Each migration and its record share one transaction. Several processes can run this at the same time.
Exit codes: 0 done, 1 failed, 64 wrong command line, 78 invalid settings`,
} as const satisfies Program;

/**
 * Runs a command and writes a line for each migration when it is done.
 * @returns the exit code
 * @throws what the functions of platform/database/migrate.ts throw
 */
export async function runCommand(
  request: Request<typeof program>,
  settings: MigrationSettings,
  write: (line: string) => void,
): Promise<number> {
  const options = {
    folders: migrations,
    applicationName: product.applicationName('migrate'),
    logger: { info: (_fields: object, message = '') => write(message) },
  };
  switch (request.command) {
    case 'up': {
      const { applied } = await migrateUp(settings, options);
      write(applied.length > 0 ? `${count(applied.length)} applied` : 'Nothing to apply: the schema is up to date');
      return 0;
    }
    case 'down': {
      const { reverted } = await migrateDown(settings, {
        ...options,
        all: request.all,
        ...(request.to && { to: request.to }),
      });
      write(reverted.length > 0 ? `${count(reverted.length)} reverted` : 'Nothing to revert: no migration is applied');
      return 0;
    }
    case 'status': {
      const states = await migrationStatus(settings, options);
      for (const line of states.map(describe)) write(line);
      const pending = states.filter(({ state }) => state === 'pending').length;
      write(pending > 0 ? `${count(pending)} pending` : 'The schema is up to date');
      return request.check && pending > 0 ? 1 : 0;
    }
  }
}

const count = (migrations: number): string => (migrations === 1 ? '1 migration' : `${migrations} migrations`);

function describe({ name, state, appliedAt }: MigrationState): string {
  const since = appliedAt ? `  ${appliedAt.toISOString()}` : '';
  return `${state.padEnd(7)}  ${name}${since}${state === 'unknown' ? '  (this version has no file for it)' : ''}`;
}
