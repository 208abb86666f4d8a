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
/** There as long as a run is, also while its stage is down: a second run would remove what the first has made. */
const runMark = { kind: 'volume', name: 'atlas-bench-run' } as const;
/** There is something already that a run would make, and in the end remove. */
class StageExists extends Error {
  readonly code = 'stage-exists';
  constructor(things: readonly EngineThing[]) {
    const commands = things.map(
      ({ kind, name }) => `docker ${kind} rm ${kind === 'container' ? '--force ' : ''}${name}`,
    );
    super(
      `The engine has a stage called ${stage}, or what another run is at or has left. If it may go:\n${commands.join('\n')}`,
    );
    this.name = 'StageExists';
  }
}

/**
 * A stage to be timed, driven as a user drives it, in a copy of the project; and its containers under Docker Compose. Each step answers
 * with the seconds that it took. The two publish the same ports: only one of them can be up.
 */
export class BenchStage {
  private configuration: StageConfiguration | undefined;

  private constructor(
    private readonly copy: ProjectCopy,
    private readonly signal: AbortSignal,
  ) {}

  /** @param folder - an empty one, for the copy and all that is made in it */
  static create = async (folder: string, signal: AbortSignal): Promise<BenchStage> =>
    new BenchStage(await copyProject(folder), signal);

  /** `infra/main.ts` alone: what it costs to have the configuration made of the settings. */
  program = (): Promise<number> => this.run('node', '--import', 'tsx', 'infra/main.ts');

  /** `cdktf synth`; makes the stage's secrets too, where they are missing. */
  synth = async (): Promise<number> => {
    const seconds = await this.run('npx', '--no-install', 'cdktf', 'synth');
    await this.read();
    return seconds;
  };

  deploy = (): Promise<number> => this.run('npm', 'run', 'deploy');
  destroy = (): Promise<number> => this.run('npm', 'run', 'destroy', '--', '--data', '--yes');

  /** Has the engine fetch what it lacks, the base of the app's image included: a network is not what is measured. */
  async pullImages(): Promise<void> {
    const images = Object.values(this.configuration?.resource.docker_image ?? {});
    for (const image of images.flatMap(({ name, build }) => (build ? Object.values(build.build_args) : [name])))
      if (!(await hasImage(image))) await this.run('docker', 'pull', '--quiet', image);
  }

  /** Gives the app's image, once a deploy has built it, a second name. */
  async keepImage(): Promise<void> {
    await this.run('docker', 'tag', this.appImage(), this.keptImage());
  }

  /** Gives the app's image its name back: from then on nothing has to be built. */
  async restoreImage(): Promise<void> {
    await this.run('docker', 'tag', this.keptImage(), this.appImage());
  }

  /**
   * Compose waits, as a deploy does, until every service is healthy and every job has ended well. It counts a container that ends as a
   * failure unless another one waits for exactly that (`service_completed_successfully`), as there is for each job here.
   */
  composeUp = (): Promise<number> => this.compose('up', '--wait', '--no-build');
  composeDown = (): Promise<number> => this.compose('down', '--volumes');

  /** Removes all that was made on the engine, however far it came. */
  clear = async (): Promise<void> => {
    if (this.configuration) await removeThings(things(this.configuration));
    for (const image of this.configuration ? [this.appImage(), this.keptImage()] : []) await removeImage(image);
    await removeBuildCache(this.copy.mark);
  };

  /** @throws {StageExists} before anything was made that `clear` would take for its own */
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

  /** Keeps the app's image when a destroy takes its name. */
  private keptImage = (): string => `atlas-bench:${this.copy.mark}`;

  private composePath = (): string => join(this.copy.folder, 'compose.json');

  private compose = (...args: string[]): Promise<number> =>
    this.run('docker', 'compose', '--project-name', composeProject, '--file', this.composePath(), ...args);

  private async run(command: string, ...args: string[]): Promise<number> {
    const env = {
      ...process.env,
      // Settings of this machine's own stages are not to be measured.
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
