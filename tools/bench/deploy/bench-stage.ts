import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageResources } from '../../../infra/stage-configuration.js';
import { BenchError } from '../bench-error.js';
import { runCommand } from '../run-command.js';
import { composeFile } from './compose-file.js';
import {
  type EngineThing,
  hasImage,
  presentThings,
  removalOf,
  removeBuildCache,
  removeThings,
  thingsOf,
} from './engine-things.js';
import { useFixtures } from './fixture-product.js';
import { copyFiles } from './project-copy.js';

const stage = 'bench';
const composeProject = 'atlas-bench-compose';
/** Exists during a run, even while its stage is down: a second run would remove the objects of the first. */
const runMark = { kind: 'volume', name: 'atlas-bench-run' } as const;

/**
 * A stage in a copy of the project, controlled by the commands of users, and the same containers under Docker Compose. Each step
 * returns its duration in seconds. Both publish the same ports, so only one can be up.
 */
export class BenchStage {
  /** Unique text in every command of the copied Dockerfile. */
  private readonly mark = `atlas-bench-${randomBytes(6).toString('hex')}`;
  /** Second name of the app's image, because a destroy removes the first. */
  private readonly keptImage = `atlas-bench:${this.mark}`;
  /** Known after the first synthesis. */
  private images: StageResources['docker_image'] = {};
  private things: readonly EngineThing[] = [];

  private constructor(
    private readonly folder: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Copies the project. The mark in its Dockerfile keeps the engine from using the cache of earlier builds, and identifies the cache of
   * this one for removal.
   * @param folder - for the copy; does not exist yet
   */
  static async create(folder: string, signal: AbortSignal): Promise<BenchStage> {
    copyFiles(folder);
    useFixtures(folder);
    const created = new BenchStage(folder, signal);
    const dockerfile = join(folder, 'Dockerfile');
    writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replaceAll(/^RUN /gm, `RUN : ${created.mark} && `));
    return created;
  }

  /** Runs only `infra/main.ts`, which generates the configuration. */
  program = (): Promise<number> => this.run('node', '--import', 'tsx', 'infra/main.ts');

  /** Runs `cdktf synth`. Also creates missing secrets of the stage. */
  synth = async (): Promise<number> => {
    const seconds = await this.run('npx', '--no-install', 'cdktf', 'synth');
    if (this.things.length === 0) await this.read();
    return seconds;
  };

  deploy = (): Promise<number> => this.run('npm', 'run', 'deploy');
  destroy = (): Promise<number> => this.run('npm', 'run', 'destroy', '--', '--data', '--yes');

  /** Pulls missing images, also the base of the app's image, so that downloads are not measured. */
  async pullImages(): Promise<void> {
    for (const { name, build } of Object.values(this.images)) {
      const image = build?.build_args['NODE_IMAGE'] ?? name;
      if (!(await hasImage(image))) await this.run('docker', 'pull', '--quiet', image);
    }
  }

  /** Gives the built image of the app a second name. */
  keepImage = (): Promise<number> => this.run('docker', 'tag', this.appImage(), this.keptImage);

  /** Gives the app's image its name back, so that the next deploy does not build it. */
  restoreImage = (): Promise<number> => this.run('docker', 'tag', this.keptImage, this.appImage());

  /**
   * Waits until every service is healthy and every job has succeeded, as a deploy does. Compose treats an exited container as a failure
   * unless another one waits for it (`service_completed_successfully`), which is the case for each job here.
   */
  composeUp = (): Promise<number> => this.compose('up', '--wait', '--no-build');
  composeDown = (): Promise<number> => this.compose('down', '--volumes');

  /** Removes all created objects from the engine, also after a failure. */
  clear = async (): Promise<void> => {
    await removeThings(this.things);
    if (this.things.length > 0) await runCommand('docker', ['rmi', '--force', this.appImage(), this.keptImage]);
    await removeBuildCache(this.mark);
  };

  /** @throws {BenchError} `stage-exists`, before creating anything, so that `clear` removes nothing of others */
  private async read(): Promise<void> {
    const file = join(this.folder, 'cdktf.out/stacks', `atlas-${stage}`, 'cdk.tf.json');
    const { resource }: { resource: StageResources } = JSON.parse(readFileSync(file, 'utf8'));
    const things = [...thingsOf(resource, composeProject), runMark];
    const found = (await presentThings(things)).map((thing) => `docker ${removalOf(thing).join(' ')}`);
    if (found.length > 0)
      throw new BenchError(
        'stage-exists',
        `The engine already has the stage ${stage}, or objects of another run. If no run is active, remove them:\n${found.join('\n')}`,
      );
    this.things = things;
    this.images = resource.docker_image;
    await this.run('docker', 'volume', 'create', runMark.name);
    writeFileSync(join(this.folder, 'compose.json'), composeFile(resource));
  }

  private appImage(): string {
    const image = Object.values(this.images).find(({ build }) => build !== undefined);
    if (!image) throw new Error('The stage builds no image');
    return image.name;
  }

  private compose = (...args: string[]): Promise<number> =>
    this.run('docker', 'compose', '--project-name', composeProject, '--file', 'compose.json', ...args);

  private async run(command: string, ...args: string[]): Promise<number> {
    const env = {
      ...process.env,
      // Ignore the settings of this clone.
      ATLAS_ENV_FILE: '/dev/null',
      ATLAS_STAGE: stage,
      ATLAS_STAGES_DIR: join(this.folder, '.stages'),
      CI: '1',
      CHECKPOINT_DISABLE: '1',
    };
    return (await runCommand(command, args, { cwd: this.folder, env, signal: this.signal })).seconds;
  }
}
