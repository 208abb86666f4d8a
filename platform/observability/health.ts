import { type ComponentHealth, type HealthCheck, type HealthState, runCheck } from './health-check.js';
import type { Logger } from './logger.js';
import { isStarting, logNotReady } from './startup-log.js';

export interface Liveness {
  readonly status: 'ok' | 'down';
  readonly service: string;
  readonly version?: string;
  readonly uptimeSeconds?: number;
}

export interface Readiness {
  readonly status: HealthState;
  readonly ready: boolean;
  readonly shuttingDown: boolean;
  /** Names of the components that are not `ok`. */
  readonly failing: readonly string[];
}

export interface HealthReport extends Omit<Readiness, 'failing'>, Omit<Liveness, 'status'> {
  readonly checkedAt: string;
  readonly components: Readonly<Record<string, ComponentState & Partial<ComponentHealth>>>;
}

/** The public part of a component's health. */
type ComponentState = Pick<ComponentHealth, 'state' | 'critical'>;

export interface Health {
  /** Liveness: `down` if the process must be restarted. Runs no checks. */
  live(): Liveness;
  /** Readiness: no critical component is down, and the process is not shutting down. */
  ready(): Promise<Readiness>;
  /** Complete report. `down` if a critical component is down, `degraded` if another component is not `ok`. */
  report(): Promise<HealthReport>;
}

export interface HealthProps {
  readonly service: string;
  readonly version: string;
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
  readonly isShuttingDown: () => boolean;
  /** False if the process must be restarted. @default - always true */
  readonly isAlive?: () => boolean;
  /** Whether dependencies may still be starting. @default - true in the first minute of the process */
  readonly isStarting?: () => boolean;
  /** Timeout of each check, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
  /** How long probes share the results of one round of checks, in milliseconds. @default 500 */
  readonly maxAgeMs?: number;
}

type Round = Pick<HealthReport, 'status' | 'checkedAt'> & { readonly components: Record<string, ComponentHealth> };

/**
 * Reports the health of a process. The checks run in parallel, each within `timeoutMs`; concurrent probes share one round of checks. No
 * method rejects. Logs each change of a component once. While the process starts, an unavailable component is logged at `info`, not `warn`.
 */
export function createHealth(props: HealthProps): Health {
  const { service, version, logger, isShuttingDown, isAlive = () => true, timeoutMs = 2000, maxAgeMs = 500 } = props;
  const identity = () => ({ service, version, uptimeSeconds: Math.round(process.uptime()) });
  const log = createComponentLog(logger, props.isStarting ?? isStarting);
  let shared: Promise<Round> | undefined;

  async function run(check: HealthCheck): Promise<readonly [string, ComponentHealth]> {
    const health = await runCheck(check, timeoutMs, (err) => log.down(check.name, err));
    if (health.state !== 'down') log.up(check.name);
    return [check.name, health];
  }

  async function runAll(): Promise<Round> {
    const components = Object.fromEntries(await Promise.all(props.checks.map(run)));
    // A pending cache timer must not keep the process alive.
    setTimeout(() => {
      shared = undefined;
    }, maxAgeMs).unref();
    return { status: overall(components), checkedAt: new Date().toISOString(), components };
  }

  const round = () => {
    shared ??= runAll();
    return shared;
  };
  const readiness = (status: HealthState) => {
    const shuttingDown = isShuttingDown();
    return { status, ready: status !== 'down' && !shuttingDown, shuttingDown };
  };

  return {
    live: () => ({ status: isAlive() ? 'ok' : 'down', ...identity() }),
    async ready() {
      const { status, components } = await round();
      const failing = Object.keys(components).filter((name) => components[name]?.state !== 'ok');
      return { ...readiness(status), failing };
    },
    async report() {
      const { status, ...found } = await round();
      return { ...readiness(status), ...identity(), ...found };
    },
  };
}

/**
 * Hides what helps attackers: versions, uptime, latencies, details and errors. Lists the visible members, so that new members are hidden by
 * default.
 */
export function withoutDetails(health: Health): Health {
  return {
    live() {
      const { status, service } = health.live();
      return { status, service };
    },
    ready: () => health.ready(),
    async report() {
      const { status, ready, shuttingDown, service, checkedAt, components } = await health.report();
      const states = Object.entries(components).map(([name, { state, critical }]) => [name, { state, critical }]);
      return { status, ready, shuttingDown, service, checkedAt, components: Object.fromEntries(states) };
    },
  };
}

function overall(components: Round['components']): HealthState {
  const all = Object.values(components);
  if (all.some(({ critical, state }) => critical && state === 'down')) return 'down';
  return all.every(({ state }) => state === 'ok') ? 'ok' : 'degraded';
}

/**
 * Logs each change of a component's state once.
 * @param isStarting - while true, a component that has not been up yet is logged at `info`
 */
function createComponentLog(logger: Logger, isStarting: () => boolean) {
  /** State of each component at its last check. */
  const states = new Map<string, 'up' | 'awaited' | 'down'>();
  return {
    up(component: string): void {
      const before = states.get(component);
      if (before === 'down') logger.info({ component, recovered: true }, 'Component recovered');
      if (before === 'awaited') logger.info({ component }, 'Component is ready');
      states.set(component, 'up');
    },
    down(component: string, err: unknown): void {
      const before = states.get(component);
      const now = before !== 'up' && before !== 'down' && isStarting() ? 'awaited' : 'down';
      states.set(component, now);
      if (now === before) return;
      if (now === 'awaited') logNotReady(logger, 'Component is not ready yet', { component, err }, true);
      else logger.warn({ component, err }, 'Component is down');
    },
  };
}
