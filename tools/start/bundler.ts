import { type ChildProcess, spawn } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CommandFault } from '../../platform/errors/command-fault.js';

/** Builds workflow bundles in a process that stays warm (bundling.ts). The worker finds them in the cache. */
export class Bundler {
  readonly #process: ChildProcess;

  /** @param signal - ends the process */
  constructor(signal: AbortSignal) {
    const program = fileURLToPath(new URL('./bundling.ts', import.meta.url));
    this.#process = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
      // A group of its own: Ctrl-C stops it when the launcher ends.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('error', () => undefined);
    signal.addEventListener('abort', () => this.#process.kill());
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /**
   * Builds the bundle of the current sources, unless the cache has it. One build at a time. Without the process, the worker builds it.
   * @throws {CommandFault} the workflows cannot be bundled
   */
  async build(): Promise<void> {
    if (!this.#process.connected) return;
    this.#process.send('build');
    const error = await nextError(this.#process);
    if (error) throw new CommandFault(`The workflows cannot be bundled:\n${error}`, { code: 'bundle-failed' });
  }
}

/** The error of the next answer; none if the process ends instead. Leaves no listeners behind. */
export async function nextError(process: EventEmitter): Promise<string | undefined> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const [answer] = await Promise.race([once(process, 'message', { signal }), once(process, 'exit', { signal })]);
    return (answer as { error?: string } | null)?.error;
  } finally {
    settled.abort();
  }
}
