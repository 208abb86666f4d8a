import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandFault } from '../../cli/faults.js';
import type { ChildSpec, Command, Report, SupervisorOptions } from './protocol.js';
import { readRunRecord, stopLeftovers } from './run-file.js';

/** How a child ended. `asked`: it was stopped. */
export interface ChildExit {
  readonly service: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly asked: boolean;
}

export interface Child {
  readonly spec: ChildSpec;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Set when it has ended. */
  readonly exit: ChildExit | undefined;
}

/** Progress of the stop, for the screen. */
export type StopReport = Extract<Report, { type: 'stopping' | 'stopped' }>;

const supervisorLost = () =>
  new CommandFault('The supervisor of PostgreSQL, Temporal, worker and API ended unexpectedly', {
    code: 'supervisor-lost',
  });

interface Pending {
  readonly spec: ChildSpec;
  readonly resolve: (child: Child) => void;
  readonly reject: (error: Error) => void;
}

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
  readonly #starting = new Map<string, Pending>();
  readonly #running = new Map<string, (exit: ChildExit) => void>();
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
      const error = supervisorLost();
      for (const { reject } of this.#starting.values()) reject(error);
      if (this.#ending) return new Promise<never>(() => undefined);
      throw error;
    });
    // Without a listener, the end is not an error.
    this.lost.catch(() => undefined);
    this.#process.on('message', (report) => this.#take(report as Report));
  }

  /**
   * Starts a child. Resolves when it runs, before it is ready.
   * @throws {Error} it cannot be started
   */
  spawn(spec: ChildSpec): Promise<Child> {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) return reject(supervisorLost());
      this.#starting.set(spec.service, { spec, resolve, reject });
      this.#send({ type: 'spawn', child: spec });
    });
  }

  /** Stops one child and waits until it has ended. */
  async stop(child: Child): Promise<void> {
    this.#send({ type: 'stop', service: child.spec.service });
    await Promise.race([child.exited, this.lost]);
  }

  /** Writes the addresses of this platform into the run file. */
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

  #take(report: Report): void {
    switch (report.type) {
      case 'spawned':
        this.#spawned(report.service, report.pid);
        return;
      case 'spawn-failed':
        this.#starting.get(report.service)?.reject(new Error(`${report.service} cannot be started: ${report.message}`));
        this.#starting.delete(report.service);
        return;
      case 'exited':
        this.#running.get(report.service)?.(report);
        this.#running.delete(report.service);
        return;
      case 'stopping':
      case 'stopped':
        this.onStop(report);
        return;
    }
  }

  #spawned(service: string, pid: number): void {
    const pending = this.#starting.get(service);
    if (!pending) return;
    this.#starting.delete(service);
    let exit: ChildExit | undefined;
    const exited = new Promise<ChildExit>((resolve) => {
      this.#running.set(service, (report) => {
        exit = report;
        resolve(report);
      });
    });
    pending.resolve({
      spec: pending.spec,
      pid,
      exited,
      get exit() {
        return exit;
      },
    });
  }
}
