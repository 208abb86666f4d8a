import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandFault } from '../../../platform/errors/command-fault.js';
import type { ChildExit, ChildSpec, Command, Report, SupervisorOptions } from './protocol.js';
import { readRunRecord, stopLeftovers } from './run-file.js';

export type { ChildExit };

export interface Child {
  readonly id: number;
  /** Size of its log file before it started or was released, in bytes. */
  readonly logFrom: number;
  readonly spec: ChildSpec;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  readonly exit: ChildExit | undefined;
}

export type StopReport = Extract<Report, { type: 'stopping' | 'stopped' }>;

const supervisorLost = () =>
  new CommandFault('The supervisor of PostgreSQL, Temporal, worker and API ended unexpectedly', {
    code: 'supervisor-lost',
  });

/**
 * The launcher's side of the supervisor (supervising.mjs), the process that starts and stops the others. The supervisor stops all of
 * them when the launcher ends, even by kill -9. If the supervisor itself ends, `lost` rejects and `stopAll` does its work.
 */
export class Supervisor {
  /** Never resolves; rejects if the supervisor ends unexpectedly. */
  readonly lost: Promise<never>;
  onStop: (report: StopReport) => void = () => undefined;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  /** The receivers of the reports, by the id of the child. */
  readonly #children = new Map<number, (report: Report) => void>();
  #ending = false;

  /** @param logFile - for errors of the supervisor itself */
  constructor(
    private readonly options: SupervisorOptions,
    logFile: string,
  ) {
    const log = openSync(logFile, 'a');
    const program = fileURLToPath(new URL('./supervising.mjs', import.meta.url));
    this.#process = spawn(process.execPath, [program, JSON.stringify(options)], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    // The last reports may arrive after the exit, but not after the disconnection.
    this.#ended = Promise.all(['exit', 'disconnect'].map((event) => once(this.#process, event))).then(() => undefined);
    this.lost = this.#ended.then(() => {
      if (this.#ending) return new Promise<never>(() => undefined);
      throw supervisorLost();
    });
    // Without a listener, the end is not an error.
    this.lost.catch(() => undefined);
    this.#process.on('message', (report: Report) => this.#children.get(report.id)?.(report));
  }

  /** Starts a child. Resolves when it runs, before it is ready. @throws {Error} it cannot be started */
  spawn(spec: ChildSpec): Promise<Child> {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) return reject(supervisorLost());
      void this.#ended.then(() => reject(supervisorLost()));
      const id = this.#children.size;
      const exited = new Promise<ChildExit>((ended) => {
        this.#children.set(id, (report) => {
          if (report.type === 'spawned') resolve(Object.assign(child, { pid: report.pid }));
          else if (report.type === 'spawn-failed')
            reject(new Error(`${spec.service} cannot be started: ${report.message}`));
          else if (report.type === 'exited') ended(Object.assign(child, { exit: report }).exit);
          else this.onStop(report);
        });
      });
      const child: Child = { id, logFrom: sizeOf(spec.logFile), spec, pid: 0, exited, exit: undefined };
      this.#send({ type: 'spawn', id, child: spec });
    });
  }

  /** Lets a child go on that waits for the end of its standard input. */
  release(child: Child, input: string): Child {
    this.#send({ type: 'release', id: child.id, input });
    return Object.assign(child, { logFrom: sizeOf(child.spec.logFile) });
  }

  async stop(child: Child): Promise<void> {
    this.#send({ type: 'stop', id: child.id });
    await Promise.race([child.exited, this.lost]);
  }

  describe(addresses: Readonly<Record<string, string>>): void {
    this.#send({ type: 'describe', addresses });
  }

  /** Stops all children in reverse order, then the supervisor. Removes the run file, and ephemeral data. */
  stopAll(): Promise<void> {
    return this.#end({ type: 'stop-all' });
  }

  /** Like `stopAll`, but immediately, without the orderly stop. */
  abortAll(): Promise<void> {
    return this.#end({ type: 'abort-all' });
  }

  async #end(command: Command): Promise<void> {
    this.#ending = true;
    this.#send(command);
    await this.#ended;
    const left = readRunRecord(this.options.runFile);
    if (left?.id === this.options.record.id) await stopLeftovers(this.options.runFile, left, this.options.removeAtEnd);
  }

  #send(command: Command): void {
    // A closed channel is reported by `lost`, or by `#ended` during a stop.
    if (this.#process.connected) this.#process.send(command, () => undefined);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
