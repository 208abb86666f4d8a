import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../config/project.js';

/** How a command ended, and all it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a command in the clone; never rejects because of how it ends. Bounded: killed after ten minutes. */
async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 600_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, output, seconds: (performance.now() - began) / 1000 };
}

/** A stage for tests: a name, a folder and a Terraform configuration of its own, driven as a user drives it. */
export class TestStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-stage-'));
  readonly prefix: string;

  constructor(
    readonly name: string,
    /** What is set besides the name; may be changed between two deploys. */
    readonly settings: Record<string, string> = {},
  ) {
    this.prefix = `atlas-${name}`;
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

  /** `npx cdktf …`; the provider comes from Terraform's local mirror, whose lock needs no registry. */
  cdktf(...args: string[]): Promise<Ended> {
    const lock = args[0] === 'deploy' ? ['--skip-provider-lock'] : [];
    return run(
      'npx',
      ['--no-install', 'cdktf', ...args, ...lock, '--output', join(this.folder, 'cdktf.out')],
      this.env,
    );
  }

  deploy = () => this.cdktf('deploy', '--auto-approve');
  destroy = () => this.cdktf('destroy', '--auto-approve');

  /** `terraform plan -detailed-exitcode`: 0 when nothing differs, 2 when something does. */
  plan(): Promise<Ended> {
    const stack = join(this.folder, 'cdktf.out/stacks', this.prefix);
    return run('terraform', [`-chdir=${stack}`, 'plan', '-detailed-exitcode', '-no-color'], this.env);
  }

  /** Names of the stage's containers, of those that run or of all. */
  async containers({ all }: { all: boolean }): Promise<string[]> {
    const args = [
      'ps',
      ...(all ? ['--all'] : []),
      '--filter',
      `label=atlas.stage=${this.name}`,
      '--format',
      '{{.Names}}',
    ];
    return lines(await docker(...args)).sort();
  }

  /** Removes whatever the stage left on the engine, and its folder; for the end of a test, however it went. */
  async clear(): Promise<void> {
    const containers = await this.containers({ all: true });
    if (containers.length > 0) await docker('rm', '--force', ...containers);
    await run('docker', ['volume', 'rm', '--force', `${this.prefix}-postgres-data`], {});
    await run('docker', ['network', 'rm', `atlas-network-${this.name}`], {});
    const images = lines(await docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'atlas-app'));
    const own = images.filter((image) => image.startsWith(`atlas-app:${this.name}-`));
    if (own.length > 0) await docker('rmi', '--force', ...own);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);

/** @throws when the command fails, with what it said */
export async function docker(...args: string[]): Promise<string> {
  const { code, output } = await run('docker', args, {});
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}: ${output}`);
  return output;
}
