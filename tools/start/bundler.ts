import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
    const [answer] = await Promise.race([once(this.#process, 'message'), once(this.#process, 'exit')]);
    const error = (answer as { error?: string } | null)?.error;
    if (error) throw new CommandFault(`The workflows cannot be bundled:\n${error}`, { code: 'bundle-failed' });
  }
}
