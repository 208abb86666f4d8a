import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { until } from '../../../platform/testing/support/until.js';
import { runCommand } from '../../bench/run-command.js';
import { startsPlatform } from './guide.js';

export interface Place {
  /** Root of the clone in which the guide is performed. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Receives each command that exits with 0. */
  passed?(command: string): Promise<void>;
}

/** What a reader types into: variables of one command are there for the next. */
export interface Terminal {
  /** @returns the output @throws the exit code is not 0 */
  run(command: string): Promise<string>;
  /**
   * Starts a command that runs until `close`, or until the same command is started again. Waits until a started platform is ready.
   * @returns the output so far
   */
  start(command: string): Promise<string>;
  /** Stops what `start` has started, as Ctrl-C does. */
  close(): Promise<void>;
}

const script = `exec 2>&1
set -a
variables=\${0%/*}/variables
[ ! -f "$variables" ] || . "$variables"
eval "$1"
code=$?
export -p > "$variables"
exit $code
`;

/** Longest duration of a command, of a start, and of a stop, in milliseconds. */
const [longestMs, startMs, stopMs] = [20 * 60_000, 5 * 60_000, 60_000];

interface Running {
  readonly command: string;
  readonly child: ChildProcess;
  /** Resolves at the end. */
  readonly ended: Promise<unknown>;
  output: string;
}

export function openTerminal({ folder, env, signal }: Place): Terminal {
  const own = mkdtempSync(join(tmpdir(), 'takeover-terminal-'));
  const shell = join(own, 'type');
  writeFileSync(shell, script);
  let running: Running[] = [];
  // Guides name the default port of the API.
  let api = '127.0.0.1:3000';
  const withRealPort = (text: string) => text.replaceAll(/(127\.0\.0\.1|localhost):3000\b/g, api);

  async function stop(stopped: readonly Running[]): Promise<void> {
    running = running.filter((one) => !stopped.includes(one));
    for (const { child } of stopped) killGroup(child, 'SIGINT');
    const bound = setTimeout(() => stopped.forEach(({ child }) => void killGroup(child, 'SIGKILL')), stopMs);
    await Promise.all(stopped.map(({ ended }) => ended));
    clearTimeout(bound);
  }

  return {
    async run(command) {
      const { stdout } = await runCommand('bash', [shell, withRealPort(command)], {
        cwd: folder,
        env,
        signal,
        longestMs,
      });
      return stripVTControlCharacters(stdout).replaceAll(api, '127.0.0.1:3000');
    },

    async start(command) {
      const isPlatform = startsPlatform(command);
      await stop(running.filter((one) => one.command === command || (isPlatform && startsPlatform(one.command))));
      const one = startOne(shell, command, { folder, env });
      running.push(one);
      if (!isPlatform) return '';
      const ended = one.ended.then(() => true);
      const isReady = async () => {
        signal.throwIfAborted();
        if (one.child.exitCode !== null && (await ended)) throw new Error(`${command} ended:\n${one.output}`);
        return /^Ready in /m.test(one.output) && (!isWatching(command) || /^Watching /im.test(one.output));
      };
      await until(() => `${command} is ready:\n${one.output}`, isReady, startMs);
      api = /^ *API +http:\/\/(\S+)/m.exec(one.output)?.[1] ?? api;
      return one.output;
    },

    async close() {
      await stop(running);
      rmSync(own, { recursive: true, force: true });
    },
  };
}

const isWatching = (command: string) => /^npm run dev\b|--watch\b/.test(command);

function startOne(shell: string, command: string, { folder, env }: Pick<Place, 'folder' | 'env'>): Running {
  const child = spawn('bash', [shell, command.replace(/\s*&$/, '')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const one = { command, child, ended: once(child, 'close'), output: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      one.output += text;
    });
  return one;
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has just ended.
  }
}
