import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../platform/http/free-port.js';
import { healthPaths } from '../../platform/settings/names.js';
import { compiledSources, projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import type { AppImports } from './app-imports.js';
import type { Front } from './front.js';
import { inspectOptions } from './inspector.js';
import { answersOk, ServiceDied, untilReady } from './readiness.js';
import { type AppName, startOrder } from './start-order.js';
import type { Child, Supervisor } from './supervisor/supervisor.js';

/** In milliseconds; a worker bundles its workflows first, perhaps on a busy machine. */
const readyBoundMs = 90_000;
/** Longest time to stop, in milliseconds; with PostgreSQL and Temporal less than ten seconds in total. */
const stopBoundMs = { api: 2_500, worker: 3_000 } as const;
const titles = { api: 'The API', worker: 'The worker' } as const;
const portSettings = {
  api: { host: 'API_HOST', port: 'API_PORT' },
  worker: { host: 'WORKER_HEALTH_HOST', port: 'WORKER_HEALTH_PORT' },
} as const;

export interface AppProcessProps {
  readonly name: AppName;
  readonly supervisor: Supervisor;
  readonly logFile: string;
  /** Where clients reach the app. */
  readonly host: string;
  readonly port: number;
  /** Environment of the next process, without its port. */
  readonly environment: () => Environment;
  /** Whether a debugger can attach. Its port is fixed, so a process can only start when the previous one has stopped. */
  readonly inspect: boolean;
  /** Compiles the sources. @returns whether all could be compiled */
  readonly compile: () => Promise<boolean>;
  readonly onDeath: (error: ServiceDied) => void;
  /** Makes the app replaceable while clients use it. @default - the process listens on the port itself */
  readonly reload?: { readonly front: Front; readonly imports: AppImports } | undefined;
}

/** API or worker: the process that serves, and, if the sources are watched, the one that replaces it. */
export class AppProcess {
  /** Base URL, for a client on this machine. */
  readonly url: string;
  #serving: Child | undefined;
  /** Waits to replace the process that serves. */
  #spare: Promise<Child | undefined> | undefined;

  constructor(private readonly props: AppProcessProps) {
    this.url = localUrl(props.host, props.port);
  }

  get isServing(): boolean {
    return this.#serving !== undefined;
  }

  /** @throws {ServiceDied | CommandFault | AddressUnavailable} */
  async start(): Promise<Child> {
    const { host, port, name, reload } = this.props;
    await reload?.front.listen({ host, port, settings: portSettings[name] });
    return this.#startNext(new AbortController().signal);
  }

  /**
   * Starts a process from the current sources. When it is ready, it serves, and the previous one stops. If it does not become ready, the
   * previous one keeps serving. With a debugger, the previous one stops first.
   * @param signal - gives up
   * @throws {ServiceDied | CommandFault}
   */
  async replace(signal: AbortSignal): Promise<void> {
    const previous = this.#serving;
    const stopPrevious = async () => {
      if (previous && !previous.exit) await this.props.supervisor.stop(previous);
    };
    if (this.props.inspect) {
      this.#serving = undefined;
      this.props.reload?.front.hold();
      await stopPrevious();
    }
    await this.#startNext(signal);
    await stopPrevious();
    this.props.reload?.imports.forgetPrevious();
  }

  /**
   * Starts a spare process, which loads the platform's code and waits (spare.mjs); `replace` lets it run the app. Without a spare process,
   * the next one takes longer to start.
   */
  async prepareSpare(): Promise<void> {
    if (this.#spare || this.props.inspect) return;
    const program = fileURLToPath(new URL('./spare.mjs', import.meta.url));
    this.#spare = this.#spawn([...compiled, program, this.#compiledProgram()], { waits: true }).catch(() => undefined);
    await this.#spare;
  }

  /** What it has loaded has changed. */
  async discardSpare(): Promise<void> {
    const spare = await this.#takeSpare();
    if (spare) await this.props.supervisor.stop(spare);
  }

  async #startNext(signal: AbortSignal): Promise<Child> {
    const { name, host, reload } = this.props;
    if (!this.#serving) reload?.front.hold();
    const port = reload ? await freePort(host) : this.props.port;
    const child = await this.#next(port);
    const giveUp = () => void this.props.supervisor.stop(child);
    signal.addEventListener('abort', giveUp);
    try {
      await untilReady(
        titles[name],
        child,
        () => answersOk(`${localUrl(host, port)}${healthPaths.ready}`),
        readyBoundMs,
      );
      signal.throwIfAborted();
    } catch (error) {
      if (!child.exit) await this.props.supervisor.stop(child);
      if (!this.#serving) reload?.front.refuse('did not start after a change');
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    this.#serving = child;
    reload?.front.forwardTo({ host: reachable(host), port });
    void child.exited.then((exit) => {
      if (exit.asked) return;
      if (this.#serving === child) {
        this.#serving = undefined;
        reload?.front.refuse('ended unexpectedly');
      }
      this.props.onDeath(new ServiceDied(titles[name], exit, child.spec.logFile, child.logFrom));
    });
    return child;
  }

  /**
   * A process that runs the current sources, compiled. A debugger needs them as they are, and tsx reports why a source cannot be
   * compiled.
   */
  async #next(port: number): Promise<Child> {
    const { name, inspect, compile, supervisor } = this.props;
    const variables = { [portSettings[name].port]: String(port) };
    if (inspect || !(await compile()))
      return this.#spawn(['--import', import.meta.resolve('tsx'), join(projectRoot, name, 'main.ts')], { variables });
    const spare = await this.#takeSpare();
    if (!spare) return this.#spawn([...compiled, this.#compiledProgram()], { variables });
    // The settings may have changed since it started.
    const changed = Object.entries(this.#environment()).filter(([key, value]) => spare.spec.env[key] !== value);
    return supervisor.release(spare, JSON.stringify({ ...Object.fromEntries(changed), ...variables }));
  }

  async #takeSpare(): Promise<Child | undefined> {
    const spare = this.#spare;
    this.#spare = undefined;
    const child = await spare;
    return child?.exit ? undefined : child;
  }

  #spawn(program: readonly string[], { variables = {}, waits = false }: { variables?: Environment; waits?: boolean }) {
    const { name, supervisor, logFile, inspect, reload } = this.props;
    return supervisor.spawn({
      service: name,
      startOrder: startOrder[name],
      command: process.execPath,
      args: [...(inspect ? inspectOptions(name) : []), ...(reload?.imports.nextOptions() ?? []), ...program],
      env: { ...this.#environment(), ...variables },
      cwd: projectRoot,
      logFile,
      stop: { signal: 'SIGTERM', boundMs: stopBoundMs[name] },
      waits,
    });
  }

  #environment(): Environment {
    // Temporal's SDK then runs workflows in the main thread, which debuggers see, and without a time limit.
    return { ...this.props.environment(), ...(this.props.inspect && { TEMPORAL_DEBUG: '1' }) };
  }

  #compiledProgram(): string {
    return join(compiledSources, this.props.name, 'main.js');
  }
}

/** Options of Node.js for compiled code. */
const compiled = ['--enable-source-maps'];

/** The host by which clients on this machine reach a server. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

function localUrl(host: string, port: number): string {
  const name = reachable(host);
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
