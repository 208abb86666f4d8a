import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../../platform/testing/support/until.js';

/** A running `npm start` or `npm run dev`. */
export interface Embedded {
  /** URL of the API. */
  readonly api: string;
  /** Waits until the screen is as wanted. @throws {Error} the program ended, or `boundMs` have passed */
  printed(wanted: (screen: string) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Longest wait for the screen, in milliseconds. */
export const boundMs = 120_000;

/**
 * Runs a script of a copy of the project with its own data, without authentication.
 * @param isReady - whether the screen shows that the script serves
 */
export async function startEmbedded(
  folder: string,
  script: 'start' | 'dev',
  isReady: (screen: string) => boolean,
): Promise<Embedded> {
  const child = spawn('npm', ['run', script, '--silent'], {
    cwd: folder,
    env: { ...process.env, ATLAS_DATA_DIR: join(folder, '.atlas'), API_AUTHENTICATION: 'none' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  const exited = once(child, 'close').then(() => {
    throw new Error(`npm run ${script} ended:\n${screen}`);
  });
  exited.catch(() => undefined);
  const printed = async (wanted: (screen: string) => boolean) => {
    await Promise.race([
      until(
        () => screen,
        () => wanted(screen),
        boundMs,
      ),
      exited,
    ]);
  };
  const stop = async () => {
    child.kill('SIGINT');
    await exited.catch(() => undefined);
  };
  try {
    await printed(isReady);
  } catch (error) {
    await stop();
    throw error;
  }
  return { api: /^ +API +(http:\S+)$/m.exec(screen)?.[1] ?? '', printed, stop };
}
