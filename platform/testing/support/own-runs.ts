import type { ExecutionContext } from 'ava';
import { TemporalUnavailable } from '../../errors/platform.js';
import type { WorkflowEngine } from '../../runs/workflow-engine.js';
import { createTestDatabase } from './postgres.js';
import { createTestRuns, type TestRunsOptions, testRecords } from './runs.js';

/**
 * The runs of a process with a database of its own. `state.away` makes Temporal unavailable for starts; `state.starts` has the workflow ids
 * of the starts that it received. `another` returns the same runs in a further process. Stops all of them at the end of the test.
 */
export async function createOwnRuns(
  t: Pick<ExecutionContext, 'teardown'>,
  temporal: WorkflowEngine,
  options: TestRunsOptions = {},
) {
  const { sequelize } = await createTestDatabase(t);
  const state = { away: false, starts: [] as string[] };
  const engine: WorkflowEngine = {
    ...temporal,
    async start(definition, run) {
      if (state.away) throw new TemporalUnavailable('away');
      state.starts.push(run.workflowId);
      return temporal.start(definition, run);
    },
  };
  const another = () => {
    const records = { ...testRecords(sequelize, options), engine };
    const process = createTestRuns(records, options);
    t.teardown(() => process.stop());
    return { records, process, runs: process.ada };
  };
  return { ...another(), another, state, sequelize };
}
