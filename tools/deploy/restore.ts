import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { ensureSecrets, readSecret } from '../../infra/ensure-secrets.js';
import { images, referenceOf } from '../../infra/images.js';
import { dataFolder } from '../../infra/postgres-folders.js';
import { users } from '../../infra/secrets.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { timed } from '../cli/screen.js';
import { archiveFile, type BackupDescription, folderOf, readBackup } from './backup-folder.js';
import type { CommandContext } from './command-context.js';
import type { Options } from './command-line.js';
import { deploy } from './deploy.js';
import { deployChecks } from './deploy-checks.js';
import { serverFolders } from './stage-data.js';
import { preflight } from './tool-checks.js';

const script = `
tar --extract --gzip --directory=${dataFolder}
chmod 700 ${dataFolder}
pg_verifybackup --quiet ${dataFolder} >&2
`;

/**
 * Restores a backup into a stage without data, sets the stage's own passwords, and deploys.
 * @throws {CommandFault | EngineRefused | TerraformFailed} there is still no data, unless the deploy failed
 */
export async function restore(context: CommandContext, options: Options<'restore'>): Promise<void> {
  const { engine, stage, data, screen } = context;
  const folder = folderOf(options.folder);
  await preflight(context, deployChecks(context));
  const description = await readBackup(folder);
  rejectMismatch(context, description);
  if ((await data.exists()) || (await engine.containersOf(stage.name)).length > 0)
    throw new CommandFault(
      `The stage ${stage.name} already exists, and a restore overwrites nothing: remove it with its data (npm run destroy -- --data), or set ATLAS_STAGE to another stage. If only the deploy after a restore failed: npm run deploy`,
    );
  ensureSecrets(stage);
  const filling = timed(fillVolume(context, join(folder, archiveFile)));
  await screen.step('Restoring the data', filling, () => `Data of ${description.takenAt} restored, verified`);
  await deploy(context, { resetPassword: false });
}

async function fillVolume({ engine, stage, data, screen, interrupts }: CommandContext, archive: string): Promise<void> {
  await engine.createVolume(stage.volume, stage.name);
  try {
    await engine.run({
      image: referenceOf(images.postgres),
      uid: users.postgres,
      mounts: ['--volume', `${stage.volume}:${dataFolder}`, ...serverFolders],
      entrypoint: 'bash',
      args: ['-euo', 'pipefail', '-c', script],
      input: createReadStream(archive),
      interrupt: interrupts[0],
    });
    await data.setPassword(readSecret(stage, 'superuser-password') ?? '');
    interrupts[0].throwIfAborted();
  } catch (error) {
    // The next command would use a partial volume as data.
    await data.remove().catch((why: Error) => screen.warn(`Remove ${stage.volume} by hand: ${why.message}`));
    throw error;
  }
}

/** The data is a server's files, so server, role and database must match. @throws {CommandFault} */
function rejectMismatch({ stage, settings }: CommandContext, description: BackupDescription): void {
  const major = (tag: string) => tag.split('.')[0];
  const properties = [
    ['PostgreSQL', major(description.postgres), major(images.postgres.tag), 'infra/images.ts'],
    ['stage kind', description.kind, stage.kind, 'ATLAS_STAGE_KIND'],
    ['app database', description.appDatabase, settings.POSTGRES_DB, 'POSTGRES_DB'],
    ['app role', description.appRole, settings.POSTGRES_USER, 'POSTGRES_USER'],
  ] as const;
  const faults = properties
    .filter(([, taken, here]) => taken !== here)
    .map(([what, taken, here, where]) => `The backup has ${what} ${taken}, but here it is ${here}: change ${where}`);
  if (faults.length > 0) throw new CommandFault(faults.join('\n'));
}
