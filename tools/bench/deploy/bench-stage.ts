import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeFile, type StageConfiguration } from './compose-file.js';
import {
  type EngineThing,
  hasImage,
  presentThings,
  removeBuildCache,
  removeImage,
  removeThings,
  thingsOfProject,
  thingsOfStage,
} from './engine-things.js';
import { copyProject, type ProjectCopy } from './project-copy.js';
import { runCommand } from './run-command.js';

const stage = 'bench';
const composeProject = 'atlas-bench-compose';
/** Exists during a run, even while its stage is down: a second run would remove the objects of the first. */
const runMark = { kind: 'volume', name: 'atlas-bench-run' } as const;
/** The engine already has objects that a run would create and finally remove. */
class StageExists extends Error {
  readonly code = 'stage-exists';
  constructor(things: readonly EngineThing[]) {
    const commands = things.map(
      ({ kind, name }) => `docker ${kind} rm ${kind === 'container' ? '--force ' : ''}${name}`,
    );
    super(
      `The engine already has the stage ${stage}, or objects of another run. If no run is active, remove them:\n${commands.join('\n')}`,
    );
    this.name = 'StageExists';
  }
}

/**
 * A stage in a copy of the project, controlled by the commands of users, and the same containers under Docker Compose. Each step
 * returns its duration in seconds. Both publish the same ports, so only one can be up.
 */
export class BenchStage {
  private configuration: StageConfiguration | undefined;

  private constructor(
    private readonly copy: ProjectCopy,
    private readonly signal: AbortSignal,
  ) {}

  /** @param folder - an empty folder for the copy */
  static create = async (folder: string, signal: AbortSignal): Promise<BenchStage> =>
    new BenchStage(await copyProject(folder), signal);

  /** Runs only `infra/main.ts`, which generates the configuration. */
  program = (): Promise<number> => this.run('node', '--import', 'tsx', 'infra/main.ts');

  /** Runs `cdktf synth`. Also creates missing secrets of the stage. */
  synth = async (): Promise<number> => {
    const seconds = await this.run('npx', '--no-install', 'cdktf', 'synth');
    await this.read();
    return seconds;
  };

  deploy = (): Promise<number> => this.run('npm', 'run', 'deploy');
  destroy = (): Promise<number> => this.run('npm', 'run', 'destroy', '--', '--data', '--yes');

  /** Pulls missing images, also the base of the app's image, so that downloads are not measured. */
  async pullImages(): Promise<void> {
    const images = Object.values(this.configuration?.resource.docker_image ?? {});
    for (const image of images.flatMap(({ name, build }) => (build ? Object.values(build.build_args) : [name])))
      if (!(await hasImage(image))) await this.run('docker', 'pull', '--quiet', image);
  }

  /** Gives the built image of the app a second name. */
  async keepImage(): Promise<void> {
    await this.run('docker', 'tag', this.appImage(), this.keptImage());
  }

  /** Gives the app's image its name back, so that the next deploy does not build it. */
  async restoreImage(): Promise<void> {
    await this.run('docker', 'tag', this.keptImage(), this.appImage());
  }

  /**
   * Waits until every service is healthy and every job has succeeded, as a deploy does. Compose treats an exited container as a failure
   * unless another one waits for it (`service_completed_successfully`), which is the case for each job here.
   */
  composeUp = (): Promise<number> => this.compose('up', '--wait', '--no-build');
  composeDown = (): Promise<number> => this.compose('down', '--volumes');

  /** Removes all created objects from the engine, also after a failure. */
  clear = async (): Promise<void> => {
    if (this.configuration) await removeThings(things(this.configuration));
    for (const image of this.configuration ? [this.appImage(), this.keptImage()] : []) await removeImage(image);
    await removeBuildCache(this.copy.mark);
  };

  /** @throws {StageExists} before creating anything, so that `clear` removes nothing of others */
  private async read(): Promise<void> {
    const file = join(this.copy.folder, 'cdktf.out/stacks', `atlas-${stage}`, 'cdk.tf.json');
    const configuration: StageConfiguration = JSON.parse(readFileSync(file, 'utf8'));
    const found = this.configuration === undefined ? await presentThings(things(configuration)) : [];
    if (found.length > 0) throw new StageExists(found);
    this.configuration = configuration;
    await this.run('docker', 'volume', 'create', runMark.name);
    writeFileSync(this.composePath(), composeFile(configuration));
  }

  private appImage(): string {
    const { docker_image: images = {} } = this.configuration?.resource ?? {};
    const image = Object.values(images).find(({ build }) => build !== undefined);
    if (!image) throw new Error('The stage builds no image');
    return image.name;
  }

  /** Second name of the app's image, because a destroy removes the first. */
  private keptImage = (): string => `atlas-bench:${this.copy.mark}`;

  private composePath = (): string => join(this.copy.folder, 'compose.json');

  private compose = (...args: string[]): Promise<number> =>
    this.run('docker', 'compose', '--project-name', composeProject, '--file', this.composePath(), ...args);

  private async run(command: string, ...args: string[]): Promise<number> {
    const env = {
      ...process.env,
      // Ignore the settings of this clone.
      ATLAS_ENV_FILE: '/dev/null',
      ATLAS_STAGE: stage,
      ATLAS_STAGES_DIR: join(this.copy.folder, '.stages'),
      CI: '1',
      CHECKPOINT_DISABLE: '1',
    };
    return (await runCommand(command, args, { cwd: this.copy.folder, env, signal: this.signal })).seconds;
  }
}

const things = (configuration: StageConfiguration): EngineThing[] => [
  ...thingsOfStage(configuration),
  ...thingsOfProject(composeProject, configuration),
  runMark,
];
