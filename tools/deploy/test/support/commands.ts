import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../../../../config/product.js';
import { imageName, labels, stageOf } from '../../../../infra/stage.js';
import { projectRoot } from '../../../../platform/settings/project.js';
import { readSettings } from '../../../../platform/settings/settings.js';

/** How a command ended, and all it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves when it has written this; rejects when it ends without. */
  wrote(text: string): Promise<void>;
  /** What the terminal does at Ctrl-C: the signal goes to every process of the group. */
  interrupt(): void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Longest time any command may take, in milliseconds. */
const boundMs = 600_000;

/** Starts a command in a process group of its own. Bounded: the group is killed after ten minutes. */
function start(command: string, args: readonly string[], { env, cwd = projectRoot }: RunOptions = {}): Running {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
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
      throw new Error(`It ended without having written ${text}:\n${output}`);
    });
    await Promise.race([seen, end]);
  };
  return { ended, wrote, interrupt: () => signal(child, 'SIGINT') };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, name);
}

/** Runs a command to its end; never rejects because of how it ends. */
export const run = (command: string, args: readonly string[], options?: RunOptions): Promise<Ended> =>
  start(command, args, options).ended;

/** A stage for tests: a name, a folder and a Terraform configuration of its own, driven as a user drives it. */
export class TestStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-stage-'));
  readonly prefix: string;
  /** The checkout whose commands are used. */
  clone = projectRoot;

  constructor(
    readonly name: string,
    /** What is set besides the name; may be changed between two deploys. */
    readonly settings: Record<string, string> = {},
  ) {
    // The whole prefix belongs to tests: what a killed run left is cleared by the next.
    if (!name.startsWith('atlas-test-')) throw new Error(`${name} could be somebody's stage`);
    this.prefix = `${product.name}-${name}`;
  }

  get env(): Record<string, string> {
    return {
      ATLAS_ENV_FILE: '/dev/null',
      ATLAS_STAGE: this.name,
      ATLAS_STAGES_DIR: this.folder,
      CI: '1',
      CHECKPOINT_DISABLE: '1',
      ...this.settings,
    };
  }

  /** What follows from name and settings. */
  get stage() {
    const { settings } = readSettings(product, this.env, { optional: ['POSTGRES_PASSWORD'] });
    return stageOf(settings);
  }

  get api(): string {
    return `http://127.0.0.1:${this.stage.ports.api}`;
  }

  /** `npm run …`, as a person types it. */
  npm = (command: string, ...args: string[]): Promise<Ended> => this.startNpm(command, ...args).ended;

  startNpm(command: string, ...args: string[]): Running {
    return start('npm', ['run', '--silent', command, '--', ...args], { env: this.env, cwd: this.clone });
  }

  /** `npx cdktf …`; the provider comes from Terraform's local mirror, whose lock needs no registry. */
  cdktf(...args: string[]): Promise<Ended> {
    const lock = args[0] === 'deploy' ? ['--skip-provider-lock'] : [];
    const output = ['--output', join(this.folder, 'cdktf.out')];
    return run('npx', ['--no-install', 'cdktf', ...args, ...lock, ...output], { env: this.env, cwd: this.clone });
  }

  /** Names of the stage's containers, of those that run or of all. */
  async containers({ all }: { all: boolean }): Promise<string[]> {
    const options = [...(all ? ['--all'] : []), '--filter', `label=${labels.stage}=${this.name}`];
    return lines(await docker('ps', ...options, '--format', '{{.Names}}')).sort();
  }

  /** Everything of the stage that the engine holds: containers, networks, volumes and images, by name. */
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

  /** Removes whatever the stage left on the engine, and its folder; for the end of a test, however it went. */
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

/** @throws when the command fails, with what it said */
export async function docker(...args: string[]): Promise<string> {
  const { code, output } = await run('docker', args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}
