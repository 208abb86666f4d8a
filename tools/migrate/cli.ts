import { product } from '../../config/product.js';
import { migrations } from '../../migrations/index.js';
import {
  type MigrationSettings,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../platform/database/migrate.js';
import { migrateRedo } from '../../platform/database/migrate-redo.js';
import type { OutdatedStep } from '../../platform/database/migration-source.js';
import { MigrationFailed } from '../../platform/database/migrator.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import type { Program, Request } from '../cli/program.js';
import { describeOutdated } from './outdated.js';

export const program = {
  call: 'npm run migrate --',
  summary: 'Applies and reverts migrations of a database.',
  commands: {
    up: { help: 'Apply all pending migrations' },
    down: {
      help: 'Revert the last migration',
      options: {
        to: { value: 'NAME', help: 'Revert back to this migration, and this one too', excludes: 'all' },
        all: { help: "Revert every migration; the app's data is lost with its tables" },
      },
    },
    redo: {
      help: `After an edit of applied migrations: revert them and all later ones as they were applied, then apply the files;
also reverts those without a file. Their tables lose their data. Only for the database of npm start in this clone`,
    },
    status: {
      help: 'List the migrations: applied, pending, changed since they were applied, or without a file',
      options: { check: { help: 'Exit with 1 if a migration is pending or changed' } },
    },
  },
  notes: `The POSTGRES_... settings name the database (docs/settings.md). Without POSTGRES_PASSWORD, it is the database of npm start in this clone.
Each migration and its record share one transaction. Several processes can run this at the same time.
Exit codes: 0 done, 1 failed, 64 wrong command line, 78 invalid settings`,
} as const satisfies Program;

/**
 * Runs a command and writes a line for each migration when it is done.
 * @param isOwn - the database is that of `npm start` in this clone
 * @returns the exit code
 * @throws {CommandFault} `redo` of another database; and what the functions of platform/database/migrate.ts throw
 */
export async function runCommand(
  request: Request<typeof program>,
  settings: MigrationSettings,
  write: (line: string) => void,
  isOwn = false,
): Promise<number> {
  const options = {
    folders: migrations,
    applicationName: product.applicationName('migrate'),
    logger: { info: (_fields: object, message = '') => write(message) },
  };
  switch (request.command) {
    case 'up': {
      const onOutdated = (steps: readonly OutdatedStep[]) => describeOutdated(steps).forEach(write);
      const { applied } = await migrateUp(settings, { ...options, ...(isOwn && { onOutdated }) });
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
    case 'redo': {
      if (!isOwn) throw new CommandFault(redoElsewhere);
      const { reverted, applied } = await migrateRedo(settings, options).catch(withAdvice);
      const did = `${count(reverted.length)} reverted, ${applied.length} applied`;
      write(reverted.length + applied.length > 0 ? did : 'Nothing to redo: no applied migration has changed');
      return 0;
    }
    case 'status': {
      const states = await migrationStatus(settings, options);
      for (const line of states.map(describe)) write(line);
      const pending = states.filter(({ state }) => state === 'pending').length;
      const changed = states.filter(({ state }) => state === 'changed').length;
      if (changed > 0) write(`${count(changed)} changed after being applied: npm run migrate -- redo`);
      if (pending > 0) write(`${count(pending)} pending`);
      else if (changed === 0) write('The schema is up to date');
      return request.check && pending + changed > 0 ? 1 : 0;
    }
  }
}

const redoElsewhere =
  'redo works on the database of npm start in this clone only, without POSTGRES_PASSWORD. Elsewhere, write a new migration; or, if its data may be lost: down --to NAME, then up';

/** @throws always */
function withAdvice(error: Error): never {
  if (!(error instanceof MigrationFailed)) throw error;
  throw new CommandFault(
    `${error.message}\nCorrect ${error.direction} in its file and repeat. To start over with an empty database, stop npm start and remove its data folder (.atlas, or ATLAS_DATA_DIR)`,
    { cause: error },
  );
}

const count = (migrations: number): string => (migrations === 1 ? '1 migration' : `${migrations} migrations`);

function describe({ name, state, appliedAt }: MigrationState): string {
  const since = appliedAt ? `  ${appliedAt.toISOString()}` : '';
  return `${state.padEnd(7)}  ${name}${since}${remarks[state] ?? ''}`;
}

const remarks: Partial<Record<MigrationState['state'], string>> = {
  unknown: '  (this version has no file for it)',
  changed: '  (the file has changed since)',
};
