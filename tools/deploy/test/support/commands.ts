import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { product } from '../../../../config/product.js';
import { suppliedPath, suppliedSecrets } from '../../../../infra/product-settings.js';
import { imageName, labels, stageOf } from '../../../../infra/stage.js';
import { testValues } from '../../../../platform/settings/process-environment.js';
import { projectRoot } from '../../../../platform/settings/project.js';
import { readSettings } from '../../../../platform/settings/settings.js';
import { sharedClone } from './clone.js';
import { noteCommand, stagePrefix } from './leftovers.js';

/** Exit code and output of a command. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** A running command. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves when the output contains the text; rejects if the command ends without. */
  wrote(text: string): Promise<void>;
  /** Sends SIGINT to the process group, as a terminal does at Ctrl-C. */
  interrupt(): void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Time limit for a command, in milliseconds. */
const boundMs = 600_000;

/** Starts a command in its own process group, which is killed after ten minutes. */
function start(command: string, args: readonly string[], { env, cwd = projectRoot }: RunOptions = {}): Running {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const forget = child.pid === undefined ? () => {} : noteCommand(child.pid);
  const bound = setTimeout(() => signal(child, 'SIGKILL'), boundMs);
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const look of watchers) look();
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(bound);
      forget();
      resolve({ code: code ?? 1, output, seconds: (performance.now() - began) / 1000 });
    });
  });
  const wrote = async (text: string) => {
    const seen = new Promise<void>((resolve) => {
      const look = () => output.includes(text) && resolve();
      watchers.add(look);
      look();
    });
    const end = ended.then(() => {
      throw new Error(`The command ended without writing ${text}:\n${output}`);
    });
    await Promise.race([seen, end]);
  };
  return { ended, wrote, interrupt: () => signal(child, 'SIGINT') };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, name);
}

/** Runs a command to its end, with any exit code. */
export const run = (command: string, args: readonly string[], options?: RunOptions): Promise<Ended> =>
  start(command, args, options).ended;

/** A stage for tests, with its own name, folder and Terraform configuration. */
export class TestStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-stage-'));
  readonly prefix: string;
  /** The clone whose commands run. */
  clone = sharedClone();

  constructor(
    readonly name: string,
    /** Other settings; tests may change them between deploys. */
    readonly settings: Record<string, string> = {},
  ) {
    // Only tests use this prefix, so a test can remove what a killed one left.
    if (!name.startsWith(stagePrefix))
      throw new Error(`${name} may be the stage of a user: the name must start with ${stagePrefix}`);
    this.prefix = `${product.name}-${name}`;
    this.supplySecrets();
  }

  /** Removes what a killed test left. Call it before the first deploy. */
  async begin(): Promise<void> {
    await this.clear();
    this.supplySecrets();
  }

  /** Secrets that the product's team supplies. */
  private supplySecrets(): void {
    const values = testValues(product.settings);
    for (const { name: secret } of suppliedSecrets({ productSettings: product.settings })) {
      const path = suppliedPath({ secretsFolder: join(this.folder, this.name, 'secrets') }, secret);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, values[secret] ?? '');
    }
  }

  get env(): Record<string, string> {
    return {
      ...testValues(product.settings),
      ATLAS_ENV_FILE: '/dev/null',
      ATLAS_STAGE: this.name,
      ATLAS_STAGES_DIR: this.folder,
      CI: '1',
      CHECKPOINT_DISABLE: '1',
      ...this.settings,
    };
  }

  /** The stage that follows from the name and the settings. */
  get stage() {
    const { settings } = readSettings(product, this.env, { optional: ['POSTGRES_PASSWORD'] });
    return stageOf(settings);
  }

  get api(): string {
    return `http://127.0.0.1:${this.stage.ports.api}`;
  }

  /** `npm run …` */
  npm = (command: string, ...args: string[]): Promise<Ended> => this.startNpm(command, ...args).ended;

  startNpm(command: string, ...args: string[]): Running {
    return start('npm', ['run', '--silent', command, '--', ...args], { env: this.env, cwd: this.clone });
  }

  /** `npx cdktf …`; without the lock of the provider, which needs the registry. */
  cdktf(...args: string[]): Promise<Ended> {
    const lock = args[0] === 'deploy' ? ['--skip-provider-lock'] : [];
    const output = ['--output', join(this.folder, 'cdktf.out')];
    return run('npx', ['--no-install', 'cdktf', ...args, ...lock, ...output], { env: this.env, cwd: this.clone });
  }

  /** Names of the stage's containers: the running ones, or all. */
  async containers({ all }: { all: boolean }): Promise<string[]> {
    const options = [...(all ? ['--all'] : []), '--filter', `label=${labels.stage}=${this.name}`];
    return lines(await docker('ps', ...options, '--format', '{{.Names}}')).sort();
  }

  /** The address of a part's container in the stage's network. */
  async addressOf(part: string): Promise<string> {
    const networks = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return (await docker('inspect', '--format', networks, `${this.prefix}-${part}`)).trim();
  }

  /** Runs SQL in the app's database, as the superuser. @returns the rows, one per line, with `|` between columns */
  async sql(text: string): Promise<string> {
    const psql = ['psql', '-U', 'postgres', '-d', product.database, '-Atc', text];
    return (await docker('exec', `${this.prefix}-postgres`, ...psql)).trim();
  }

  /** Names of the stage's containers, networks, volumes and images on the engine. */
  async onEngine(): Promise<string[]> {
    const label = ['--filter', `label=${labels.stage}=${this.name}`];
    const found = await Promise.all([
      docker('ps', '--all', ...label, '--format', '{{.Names}}'),
      docker('network', 'ls', ...label, '--format', '{{.Name}}'),
      docker('volume', 'ls', '--filter', `name=^${this.stage.volume}$`, '--format', '{{.Name}}'),
      docker('images', '--format', '{{.Repository}}:{{.Tag}}', imageName),
    ]);
    return lines(found.join('\n')).filter(
      (name) => !name.startsWith(`${imageName}:`) || name.startsWith(`${imageName}:${this.name}-`),
    );
  }

  /** Removes everything of the stage from the engine, and its folder. */
  async clear(): Promise<void> {
    const containers = await this.containers({ all: true });
    if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
    for (const name of await this.onEngine()) {
      const kind = name.startsWith(`${imageName}:`)
        ? 'image'
        : name.startsWith(`${product.name}-network`)
          ? 'network'
          : 'volume';
      await docker(kind, 'rm', name);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const lines = (text: string): string[] => text.split('\n').filter(Boolean);

/** @throws {Error} the command fails; with its output */
export async function docker(...args: string[]): Promise<string> {
  const { code, output } = await run('docker', args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} exited with ${code}: ${output}`);
  return output;
}
