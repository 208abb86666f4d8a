import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChildSpec, Command, Report, SupervisorOptions } from './protocol.js';
import { endLeftOvers, readRunRecord } from './run-file.js';

/** How a child ended. `asked`: because it was told to. */
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

/** What happens while everything is stopped, for the screen. */
export type StopReport = Extract<Report, { type: 'stopping' | 'stopped' }>;

/** The supervisor itself is gone, though nobody told it to end. */
class SupervisorLost extends Error {
  readonly code = 'supervisor-lost';
  constructor() {
    super('The process that looks after PostgreSQL, Temporal, worker and API has ended unexpectedly');
    this.name = 'SupervisorLost';
  }
}

interface Pending {
  readonly spec: ChildSpec;
  readonly resolve: (child: Child) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The launcher's side of the process that starts and ends the others (supervising.mjs). That process ends all of them
 * when this one is gone, however it went; and when that process is gone, `lost` rejects and `stopAll` does its work.
 */
export class Supervisor {
  /** Never resolves; rejects with {@link SupervisorLost} when the supervisor ended unasked. */
  readonly lost: Promise<never>;
  onStop: (report: StopReport) => void = () => undefined;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #starting = new Map<string, Pending>();
  readonly #running = new Map<string, (exit: ChildExit) => void>();
  #ending = false;

  /** @param logFile gets what the supervisor itself has to say, which should be nothing */
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
    // Its last reports come before the disconnection, but perhaps after the exit.
    this.#ended = Promise.all(['exit', 'disconnect'].map((event) => once(this.#process, event))).then(() => undefined);
    this.lost = this.#ended.then(() => {
      const error = new SupervisorLost();
      for (const { reject } of this.#starting.values()) reject(error);
      if (this.#ending) return new Promise<never>(() => undefined);
      throw error;
    });
    // Whoever needs to know waits for it; an end that nobody waits for is no fault.
    this.lost.catch(() => undefined);
    this.#process.on('message', (report) => this.#take(report as Report));
  }

  /**
   * Starts a child. Resolves when it runs, which does not mean that it is ready.
   * @throws {Error} it cannot be run at all
   */
  spawn(spec: ChildSpec): Promise<Child> {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) return reject(new SupervisorLost());
      this.#starting.set(spec.service, { spec, resolve, reject });
      this.#send({ type: 'spawn', child: spec });
    });
  }

  /** Ends one child and returns when it is gone. */
  async stop(child: Child): Promise<void> {
    this.#send({ type: 'stop', service: child.spec.service });
    await Promise.race([child.exited, this.lost]);
  }

  /** Tells the next start, through the run file, where this one answers. */
  describe(addresses: Readonly<Record<string, string>>): void {
    this.#send({ type: 'describe', addresses });
  }

  /** Ends all children in reverse order, and the supervisor. Removes the run file, and the data where they are not to be kept. */
  stopAll(): Promise<void> {
    return this.#end({ type: 'stop-all' });
  }

  /** The same at once, without waiting for anything orderly. */
  abortAll(): Promise<void> {
    return this.#end({ type: 'abort-all' });
  }

  async #end(command: Command): Promise<void> {
    this.#ending = true;
    this.#send(command);
    await this.#ended;
    const left = readRunRecord(this.options.runFile);
    if (left?.id === this.options.record.id) await endLeftOvers(this.options.runFile, left, this.options.removeAtEnd);
  }

  #send(command: Command): void {
    // A channel that is closed shows as `lost`, or as `#ended` where the end is awaited.
    if (this.#process.connected) this.#process.send(command, () => undefined);
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'spawned':
        this.#spawned(report.service, report.pid);
        return;
      case 'spawn-failed':
        this.#starting.get(report.service)?.reject(new Error(`${report.service} cannot be run: ${report.message}`));
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
