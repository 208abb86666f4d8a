import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readSecret } from '../../infra/ensure-secrets.js';
import { images, referenceOf } from '../../infra/images.js';
import { dataFolder } from '../../infra/postgres-folders.js';
import { holders, secretPath, users } from '../../infra/secrets.js';
import { services } from '../../platform/settings/names.js';
import { appVersion } from '../../platform/settings/project.js';
import { CommandFault } from '../cli/faults.js';
import { seconds } from '../cli/screen.js';
import { archiveFile, type BackupDescription, backupFormat, descriptionFile, folderOf } from './backup-folder.js';
import type { CommandContext } from './command-context.js';
import { bindMount } from './engine.js';
import { preflight } from './preflight.js';
import { serverFolders } from './stage-data.js';
import { engineCheck, ownerCheck } from './tool-checks.js';

export interface BackupOptions {
  /** The folder to make. @default - one with the time in its name, among the stage's */
  readonly folder: string | undefined;
}

const passwordFile = '/run/secrets/superuser-password';

/**
 * Copies the server's files as of one moment, the log that makes them whole with them, looks at each once more, and packs them. The copy
 * lies on the engine's disk meanwhile, where the server's own data is: it must not take its last room.
 */
const script = `
PGPASSWORD=$(<${passwordFile})
export PGPASSWORD PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres
copy=${dataFolder}/copy
bytes=$(psql --no-psqlrc --no-password -Atc 'SELECT sum(pg_database_size(oid)) FROM pg_database')
free=$(df --output=avail --block-size=1 ${dataFolder} | tail -n 1)
if [ "$free" -lt $((bytes + 1073741824)) ]; then
  echo "The engine's disk has $((free / 1048576)) MB left; the copy of $((bytes / 1048576)) MB needs 1 GB more than its size: make room" >&2
  exit 1
fi
pg_basebackup --no-password --pgdata=$copy --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 >&2
pg_verifybackup --quiet $copy >&2
tar --create --directory=$copy . | gzip -1
`;

/**
 * Takes the whole PostgreSQL, the app's databases and Temporal's, as of one moment, while it serves.
 * @throws {CommandFault | EngineRefused} then there is no folder
 */
export async function backup(context: CommandContext, options: BackupOptions): Promise<void> {
  const { stage, screen } = context;
  const began = performance.now();
  const name = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const folder = options.folder === undefined ? join(stage.folder, 'backups', name) : folderOf(options.folder);
  if (existsSync(folder)) throw new CommandFault(`${folder} is there already: a backup makes a new folder`);
  await preflight(context, [engineCheck(context), ownerCheck(context)]);
  if (readSecret(stage, 'superuser-password') === undefined)
    throw new CommandFault(
      `${stage.secretsFolder} holds no password for PostgreSQL: put that folder back, or make new ones with npm run deploy -- --reset-password`,
    );

  // Only what is whole has the folder's name.
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  mkdirSync(partial, { mode: 0o700 });
  try {
    const archive = await takeArchive(context, join(partial, archiveFile));
    const text = `${JSON.stringify(describe(context, archive), null, 2)}\n`;
    writeFileSync(join(partial, descriptionFile), text, { mode: 0o600, flush: true });
    renameSync(partial, folder);
    screen.done(
      `Backup of the stage ${stage.name}: ${folder}, ${megabytes(archive.bytes)}, verified, after ${seconds(performance.now() - began)}`,
    );
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Packs the server's files into a file, which is then on the disk. */
async function takeArchive(context: CommandContext, path: string): Promise<BackupDescription['archive']> {
  const { engine, stage, screen, interrupts } = context;
  const [server] = await engine.inspect([`${stage.prefix}-${services.postgres}`]);
  if (server?.status !== 'running')
    throw new CommandFault(`PostgreSQL of the stage ${stage.name} does not run: npm run deploy`);
  const began = performance.now();
  let bytes = 0;
  const hash = createHash('sha256');
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const source = superuserFile(context);
  screen.activity(() => `Taking the backup ${megabytes(bytes)} ${seconds(performance.now() - began)}`);
  const taking = engine.run({
    image: referenceOf(images.postgres),
    uid: users.postgres,
    network: `container:${server.id}`,
    mounts: [
      // The folder of the image's own volume: its owner is PostgreSQL's user, and it goes with the container.
      ...['--volume', dataFolder, ...serverFolders],
      ...bindMount(source, passwordFile),
    ],
    entrypoint: 'bash',
    args: ['-euo', 'pipefail', '-c', script],
    output: meter,
    interrupt: interrupts[0],
  });
  try {
    // A file that cannot be written ends the container's output too, and with it the container.
    await Promise.all([pipeline(meter, createWriteStream(path, { mode: 0o600, flush: true })), taking]);
  } finally {
    screen.endActivity();
    await taking.catch(() => undefined);
  }
  return { file: archiveFile, bytes, sha256: hash.digest('hex') };
}

function describe({ stage, settings }: CommandContext, archive: BackupDescription['archive']): BackupDescription {
  return {
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
}

const superuserFile = ({ stage }: CommandContext): string => secretPath(stage, 'postgres', holders.postgres.mounts[0]);

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
