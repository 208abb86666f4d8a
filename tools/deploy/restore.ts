import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { ensureSecrets, readSecret } from '../../infra/ensure-secrets.js';
import { images, referenceOf } from '../../infra/images.js';
import { dataFolder } from '../../infra/postgres-folders.js';
import { users } from '../../infra/secrets.js';
import { CommandFault, CommandFaults } from '../cli/faults.js';
import { timed } from '../cli/screen.js';
import { archiveFile, type BackupDescription, folderOf, readBackup } from './backup-folder.js';
import type { CommandContext } from './command-context.js';
import { deploy } from './deploy.js';
import { deployChecks } from './deploy-checks.js';
import { preflight } from './preflight.js';
import { serverFolders } from './stage-data.js';

export interface RestoreOptions {
  readonly folder: string;
}

const script = `
tar --extract --gzip --directory=${dataFolder}
chmod 700 ${dataFolder}
pg_verifybackup --quiet ${dataFolder} >&2
`;

/**
 * Fills a stage that has no data with a backup's, gives that the stage's own passwords, and deploys.
 * @throws {CommandFault | EngineRefused | TerraformFailed} unless the deploy itself failed, there is still no data
 */
export async function restore(context: CommandContext, options: RestoreOptions): Promise<void> {
  const { engine, stage, data, screen } = context;
  const folder = folderOf(options.folder);
  await preflight(context, deployChecks(context));
  const description = await readBackup(folder);
  refuseWhatDoesNotFit(context, description);
  if ((await data.exists()) || (await engine.containersOf(stage.name)).length > 0)
    throw new CommandFault(
      `The stage ${stage.name} is there already, and a restore writes over nothing: remove it with its data first (npm run destroy -- --data), or restore into another stage (ATLAS_STAGE=…). Where only the deploy after a restore failed: npm run deploy`,
    );
  ensureSecrets(stage);
  const filling = timed(fillVolume(context, join(folder, archiveFile)));
  await screen.step('Restoring the data', filling, () => `Data of ${description.takenAt} restored, verified`);
  await deploy(context, { resetPassword: false });
}

/** Makes the stage's volume and fills it from an archive; it has the stage's own password then. Not there when it fails. */
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
    // A volume with half a backup would be taken for data.
    await data.remove().catch((why: Error) => screen.warn(`Remove ${stage.volume} by hand: ${why.message}`));
    throw error;
  }
}

/** The data is a server's own files: what they were made with must be what will read them. @throws {CommandFaults} */
function refuseWhatDoesNotFit({ stage, settings }: CommandContext, description: BackupDescription): void {
  const major = (tag: string) => tag.split('.')[0];
  const wishes = [
    ['PostgreSQL', major(description.postgres), major(images.postgres.tag), 'infra/images.ts'],
    ['the kind of stage', description.kind, stage.kind, 'ATLAS_STAGE_KIND'],
    ["the app's database", description.appDatabase, settings.POSTGRES_DB, 'POSTGRES_DB'],
    ["the app's role", description.appRole, settings.POSTGRES_USER, 'POSTGRES_USER'],
  ] as const;
  const faults = wishes
    .filter(([, taken, here]) => taken !== here)
    .map(
      ([what, taken, here, where]) =>
        new CommandFault(`The backup was taken with ${what} ${taken}, and here it is ${here}: change ${where}`),
    );
  if (faults.length > 0) throw new CommandFaults(faults);
}
