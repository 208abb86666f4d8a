import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { projectRoot } from '../../../config/project.js';
import { listen } from '../../../http/listen.js';

export interface ApiProcess {
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  output(): string;
  /** Waits until its output holds this, for at most 20 s, and gives back what matched. */
  written(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Port it listens on. */
  port(): Promise<number>;
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** Nothing listens on port 1. */
export const nowhere = { POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: '1', TEMPORAL_ADDRESS: '127.0.0.1:1' } as const;

const patienceMs = 20_000;

/** Starts the API as a process of its own, on a free port unless told otherwise; the test's end kills what is left of it. */
export async function startApiProcess(t: ExecutionContext, env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const API_PORT = env['API_PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(projectRoot, 'api/main.ts')], {
    env: { PATH: process.env['PATH'], POSTGRES_PASSWORD: 'none', ...env, API_PORT },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const written = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not written: ${pattern}; there is ${output}`)), patienceMs);
      const look = () => {
        const match = output.match(pattern);
        if (!match) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve(match);
      };
      watchers.add(look);
      look();
    });
  return {
    child,
    output: () => output,
    written,
    port: async () => Number((await written(/"port":(\d+),"msg":"Listening"/))[1]),
    exit,
  };
}

async function freePort(): Promise<number> {
  const holder = createServer();
  const port = await listen(holder, { host: '127.0.0.1', port: 0, settings: { host: 'API_HOST', port: 'API_PORT' } });
  await new Promise((resolve) => holder.close(resolve));
  return port;
}
