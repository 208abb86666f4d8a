import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSecret } from '../../infra/ensure-secrets.js';
import { images, referenceOf } from '../../infra/images.js';
import { dataFolder } from '../../infra/postgres-folders.js';
import { holders, secretPath, users } from '../../infra/secrets.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { services } from '../../platform/settings/names.js';
import { appVersion } from '../../platform/settings/project.js';
import { seconds } from '../cli/screen.js';
import {
  archiveFile,
  type BackupDescription,
  backupFormat,
  descriptionFile,
  folderOf,
  sha256Of,
} from './backup-folder.js';
import type { CommandContext } from './command-context.js';
import type { Options } from './command-line.js';
import { bindMount } from './engine.js';
import { serverFolders } from './stage-data.js';
import { engineCheck, ownerCheck, preflight } from './tool-checks.js';

const passwordFile = '/run/secrets/superuser-password';

/**
 * Takes a base backup with its log, verifies every file, and packs it. The copy is on the engine's disk, like the server's own data, so
 * it must leave free space there.
 */
const script = `
PGPASSWORD=$(<${passwordFile})
export PGPASSWORD PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres
copy=${dataFolder}/copy
bytes=$(psql --no-psqlrc --no-password -Atc 'SELECT sum(pg_database_size(oid)) FROM pg_database')
free=$(df --output=avail --block-size=1 ${dataFolder} | tail -n 1)
if [ "$free" -lt $((bytes + 1073741824)) ]; then
  echo "The engine's disk has $((free / 1048576)) MB free, but the copy of $((bytes / 1048576)) MB needs 1 GB more than its size: free some space" >&2
  exit 1
fi
pg_basebackup --no-password --pgdata=$copy --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 >&2
pg_verifybackup --quiet $copy >&2
tar --create --directory=$copy . | gzip -1
`;

/**
 * Backs up the whole PostgreSQL server, with the databases of the app and of Temporal, as of one moment while it runs.
 * @throws {CommandFault | EngineRefused} there is no backup
 */
export async function backup(context: CommandContext, options: Options<'backup'>): Promise<void> {
  const { stage, settings, screen } = context;
  const began = performance.now();
  const name = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const folder = options.folder === undefined ? join(stage.folder, 'backups', name) : folderOf(options.folder);
  if (existsSync(folder)) throw new CommandFault(`${folder} already exists: name a new folder`);
  await preflight(context, [engineCheck(context), ownerCheck(context)]);
  if (readSecret(stage, 'superuser-password') === undefined)
    throw new CommandFault(
      `${stage.secretsFolder} has no password for PostgreSQL: restore that folder, or create new secrets with npm run deploy -- --reset-password`,
    );

  // Only a complete backup has the folder's name.
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  mkdirSync(partial, { mode: 0o700 });
  try {
    const archive = await takeArchive(context, join(partial, archiveFile));
    const description: BackupDescription = {
      format: backupFormat,
      stage: stage.name,
      kind: stage.kind,
      takenAt: new Date().toISOString(),
      postgres: images.postgres.tag,
      temporal: images.temporalServer.tag,
      app: appVersion,
      appDatabase: settings.POSTGRES_DB,
      appRole: settings.POSTGRES_USER,
      archive,
    };
    const text = `${JSON.stringify(description, null, 2)}\n`;
    writeFileSync(join(partial, descriptionFile), text, { mode: 0o600, flush: true });
    renameSync(partial, folder);
    screen.done(
      `Backup of the stage ${stage.name}: ${folder}, ${megabytes(archive.bytes)}, verified (${seconds(performance.now() - began)})`,
    );
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function takeArchive(context: CommandContext, path: string): Promise<BackupDescription['archive']> {
  const { engine, stage, screen, interrupts } = context;
  const [server] = await engine.inspect([`${stage.prefix}-${services.postgres}`]);
  if (server?.status !== 'running')
    throw new CommandFault(`PostgreSQL of the stage ${stage.name} is not running: run npm run deploy`);
  const began = performance.now();
  const source = secretPath(stage, 'postgres', holders.postgres.mounts[0]);
  const output = createWriteStream(path, { mode: 0o600, flush: true });
  screen.activity(() => `Taking the backup ${megabytes(output.bytesWritten)} ${seconds(performance.now() - began)}`);
  const taking = engine.run({
    image: referenceOf(images.postgres),
    uid: users.postgres,
    network: `container:${server.id}`,
    mounts: [
      // An anonymous volume at the image's data folder: PostgreSQL's user owns it, and it is removed with the container.
      ...['--volume', dataFolder, ...serverFolders],
      ...bindMount(source, passwordFile),
    ],
    entrypoint: 'bash',
    args: ['-euo', 'pipefail', '-c', script],
    output,
    interrupt: interrupts[0],
  });
  // If the file cannot be written, the container's output closes too, which ends the container.
  await taking.finally(() => screen.endActivity());
  return { file: archiveFile, bytes: output.bytesWritten, sha256: await sha256Of(path) };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
