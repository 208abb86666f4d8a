import { type ComponentHealth, type HealthCheck, type HealthState, runCheck } from './health-check.js';
import type { Logger } from './logger.js';
import { isStarting, tellNotYet } from './startup-log.js';

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

/** What everybody may know of a component. */
type ComponentState = Pick<ComponentHealth, 'state' | 'critical'>;

export interface Health {
  /** Whether the process can still do its work, now or later. Asks nothing. */
  live(): Liveness;
  /** Whether it can serve now: no critical component is down, and it is not shutting down. */
  ready(): Promise<Readiness>;
  /** Everything that is known, for people and dashboards. `down` when a critical component is, `degraded` when another is. */
  report(): Promise<HealthReport>;
}

export interface HealthProps {
  readonly service: string;
  readonly version: string;
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
  readonly isShuttingDown: () => boolean;
  /** False when only a new process helps. @default - the process is alive while it answers */
  readonly isAlive?: () => boolean;
  /** Whether what is not there may still be starting. @default - the first minute of the process */
  readonly isStarting?: () => boolean;
  /** Time each check has, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
  /** Time a result is used again, in milliseconds, so that many probes cost one round of checks. @default 500 */
  readonly maxAgeMs?: number;
}

interface Round {
  readonly status: HealthState;
  readonly checkedAt: string;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

/**
 * Answers for a process's health. The checks run in parallel, each within `timeoutMs`; probes that come meanwhile share one
 * round. No method rejects. A component that goes down or comes back is logged once; one that has not been there yet is no warning
 * while everything starts.
 */
export function createHealth(props: HealthProps): Health {
  const { service, version, logger, isShuttingDown, isAlive = () => true, timeoutMs = 2000, maxAgeMs = 500 } = props;
  const identity = () => ({ service, version, uptimeSeconds: Math.round(process.uptime()) });
  const starting = props.isStarting ?? isStarting;
  /** How each component was when it was last logged. */
  const told = new Map<string, 'up' | 'awaited' | 'down'>();
  let shared: Promise<Round> | undefined;

  async function runLogged(check: HealthCheck): Promise<readonly [string, ComponentHealth]> {
    const { name: component } = check;
    const before = told.get(component);
    const health = await runCheck(check, timeoutMs, (err) => {
      const now = before !== 'up' && before !== 'down' && starting() ? 'awaited' : 'down';
      if (now === 'awaited' && before !== now)
        tellNotYet(logger, 'component is not there yet', { component, err }, true);
      if (now === 'down' && before !== now) logger.warn({ component, err }, 'component is down');
      told.set(component, now);
    });
    if (health.state === 'down') return [component, health];
    if (before === 'down') logger.info({ component }, 'component is back');
    if (before === 'awaited') logger.info({ component }, 'component is there');
    told.set(component, 'up');
    return [component, health];
  }

  async function runAll(): Promise<Round> {
    const components = Object.fromEntries(await Promise.all(props.checks.map(runLogged)));
    // unref: what a probe leaves behind must not keep a process alive that is done
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
 * The same health without what helps an attacker: versions, uptime, latencies, details and errors. Lists the members that stay, so that a
 * new member stays private until somebody adds it here.
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
