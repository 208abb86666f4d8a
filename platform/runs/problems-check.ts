import { type HealthCheck, healthCallTimeoutMs } from '../observability/health-check.js';
import { atMost } from '../retry/at-most.js';
import type { ProblemCount, ProblemRecords } from './run.js';

/** More runs are not counted. */
const countLimit = 1_000;
/** Workflows that the detail names per kind of problem. */
const namedWorkflows = 5;

/**
 * Health check of workflow code: `degraded` while workflow tasks fail, because only a new version helps. Retried activities are in the detail
 * only. Not critical: the process serves all other runs.
 */
export const problemsCheck = (problems: Pick<ProblemRecords, 'count'>): HealthCheck => ({
  name: 'workflows',
  critical: false,
  async run() {
    // PostgreSQL that does not answer is a component of its own.
    const counts = await atMost(
      healthCallTimeoutMs,
      problems.count(countLimit).catch(() => undefined),
    );
    if (!counts) return { detail: 'not known without PostgreSQL' };
    const failing = countsOf(counts, 'workflow-task-failing');
    const retrying = countsOf(counts, 'activity-retrying');
    const details = [failing && `the code of ${failing} fails`, retrying && `activities of ${retrying} are retried`];
    const detail = details.filter((text) => text !== '').join('; ');
    return { state: failing ? 'degraded' : 'ok', ...(detail && { detail }) };
  },
});

/** Such as `3 runs (greet 2, approval 1)`; empty without such runs. */
function countsOf(counts: readonly ProblemCount[], kind: ProblemCount['kind']): string {
  const found = counts.filter((count) => count.kind === kind);
  const total = found.reduce((sum, { runs }) => sum + runs, 0);
  if (total === 0) return '';
  const names = found.slice(0, namedWorkflows).map(({ workflow, runs }) => `${workflow} ${runs}`);
  const more = found.length > namedWorkflows ? ', …' : '';
  return `${total} ${total === 1 ? 'run' : 'runs'} (${names.join(', ')}${more})`;
}
