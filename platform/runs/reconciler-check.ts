import type { HealthCheck } from '../observability/health-check.js';
import type { ReconcilerLoad } from './reconciler-engine.js';

/** Health check that shows the reconciler's calls to Temporal. Never fails: a slow reconciler only records ends later. */
export const reconcilerCheck = ({ callsPerSecond, limit }: ReconcilerLoad): HealthCheck => ({
  name: 'reconciler',
  critical: false,
  run: async () => ({ detail: `${callsPerSecond().toFixed(1)} calls to Temporal per second, at most ${limit}` }),
});
