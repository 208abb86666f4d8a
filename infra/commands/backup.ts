import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { seconds } from '../../cli/screen.js';
import { services } from '../../config/names.js';
import { appVersion } from '../../config/project.js';
import { images, referenceOf } from '../images.js';
import { holders, secretPath, users } from '../secrets.js';
import { archiveFile, type BackupDescription, backupFormat, descriptionFile, folderOf } from './backup-folder.js';
import type { CommandContext } from './command-context.js';
import { engineCheck } from './deploy-checks.js';
import { CommandFault } from './faults.js';
import { preflight } from './preflight.js';
import { dataFolder, serverFolders } from './stage-data.js';

export interface BackupOptions {
  /** The folder to make. @default - one with the time in its name, among the stage's */
  readonly folder: string | undefined;
}

const passwordFile = '/run/secrets/superuser-password';

/** Copies the server's files as of one moment, the log that makes them whole with them, looks at each once more, and packs them. */
const script = `
PGPASSWORD=$(<${passwordFile})
export PGPASSWORD
copy=${dataFolder}/copy
pg_basebackup --host=127.0.0.1 --username=postgres --no-password --pgdata=$copy \\
  --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 >&2
pg_verifybackup --quiet $copy >&2
tar --create --directory=$copy . | gzip -1
`;

/**
 * Takes the whole PostgreSQL, the app's databases and Temporal's, as of one moment, while it serves.
 * @throws {CommandFault | EngineRefused} then there is no folder
 */
export async function backup(context: CommandContext, options: BackupOptions): Promise<void> {
  const { engine, stage, screen, interrupts } = context;
  const began = performance.now();
  const name = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const folder = options.folder === undefined ? join(stage.folder, 'backups', name) : folderOf(options.folder);
  if (existsSync(folder)) throw new CommandFault(`${folder} is there already: a backup makes a new folder`);
  await preflight(context, [engineCheck(context)]);
  const server = (await engine.containersOf(stage.name)).find(({ part }) => part === services.postgres);
  if (server?.status !== 'running')
    throw new CommandFault(`PostgreSQL of the stage ${stage.name} does not run: npm run deploy`);

  // Only what is whole has the folder's name.
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  mkdirSync(partial, { mode: 0o700 });
  try {
    let bytes = 0;
    const hash = createHash('sha256');
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const written = writeTo(meter, join(partial, archiveFile));
    screen.activity(() => `Taking the backup ${megabytes(bytes)} ${seconds(performance.now() - began)}`);
    await engine.run({
      image: referenceOf(images.postgres),
      uid: users.postgres,
      network: `container:${server.id}`,
      // The folder of the image's own volume: its owner is PostgreSQL's user, and it goes with the container.
      mounts: ['--volume', dataFolder, ...serverFolders, '--volume', `${superuserFile(context)}:${passwordFile}:ro`],
      entrypoint: 'bash',
      args: ['-euo', 'pipefail', '-c', script],
      output: meter,
      interrupts,
    });
    await written;
    const archive = { file: archiveFile, bytes, sha256: hash.digest('hex') } as const;
    writeFileSync(join(partial, descriptionFile), `${JSON.stringify(describe(context, archive), null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(partial, folder);
    screen.endActivity();
    screen.done(
      `Backup of the stage ${stage.name}: ${folder}, ${megabytes(bytes)}, verified, after ${seconds(performance.now() - began)}`,
    );
  } catch (error) {
    screen.endActivity();
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Resolves when all of it is on the disk. */
function writeTo(source: Transform, path: string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  source.on('error', (error) => file.destroy(error));
  source.pipe(file);
  const done = new Promise<void>((resolve, reject) => file.once('close', resolve).once('error', reject));
  // Told by whoever awaits it, also when the engine's failure is told first.
  done.catch(() => undefined);
  return done;
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
