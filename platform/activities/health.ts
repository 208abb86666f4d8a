import { performance } from 'node:perf_hooks';
import type { ComponentHealth } from '../workflows/health-check/definition.js';

type Told = Pick<ComponentHealth, 'version' | 'detail'>;

/** Each check asks for real and resolves with what the part said of itself; it rejects when the part does not work. */
export interface HealthDeps {
  /** A round trip through PostgreSQL: writes, reads and deletes a row. */
  readonly postgres: () => Promise<Told>;
  /** Temporal's system information. */
  readonly temporal: () => Promise<Told>;
  /** The worker that runs this activity. */
  readonly worker: () => Promise<Told>;
}

export const createHealthActivities = (deps: HealthDeps) => ({
  checkPostgres: timed(deps.postgres),
  checkTemporal: timed(deps.temporal),
  checkWorker: timed(deps.worker),
});

/** The check with its latency, in milliseconds to a hundredth. */
function timed(check: () => Promise<Told>): () => Promise<ComponentHealth> {
  return async () => {
    const start = performance.now();
    const told = await check();
    return { state: 'ok', latencyMs: Math.round((performance.now() - start) * 100) / 100, ...told };
  };
}
