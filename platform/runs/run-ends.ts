import { setTimeout as delay } from 'node:timers/promises';
import { RunPending } from '../errors/runs.js';
import { auditRun } from './audit.js';
import { isFinal, type Run } from './run.js';
import type { RunContext } from './run-context.js';
import { assertOpen } from './run-lookup.js';
import type { Runs } from './runs.js';

/** Between two looks at a run that ends, in milliseconds. */
const pollMs = 100;

/** How long a cancellation waits for a start in flight, in milliseconds. */
const cancelWaitMs = 2_000;

const cancelledBeforeStart = { code: 'run-cancelled', message: 'The run was cancelled before it started' };

/** Ends runs on request. The audit log has the entry first, so that no change lacks one. */
export function createRunEnds(context: RunContext): Pick<Runs, 'cancel' | 'terminate'> {
  const { repository, engine, audit, settlement, lookup } = context;

  const current = async (run: Run) => (isFinal(run.status) ? run : settlement.settle(run));

  async function cancelStarted(recorded: Run, auditOnce: (run: Run) => Promise<void>): Promise<Run> {
    const run = await current(recorded);
    if (run.status === 'cancelled') return run;
    assertOpen(run);
    await auditOnce(run);
    await engine.cancel(run.workflowId);
    return run;
  }

  return {
    async cancel(caller, id) {
      const deadline = performance.now() + cancelWaitMs;
      let audited: Promise<void> | undefined;
      const auditOnce = (run: Run) => {
        audited ??= auditRun(audit, caller, 'run-cancelled', run);
        return audited;
      };
      for (;;) {
        const run = await lookup.findFor(caller, id);
        if (run.status !== 'pending') return cancelStarted(run, auditOnce);
        await auditOnce(run);
        const cancelled = await repository.cancelPending(id, cancelledBeforeStart);
        if (cancelled) return cancelled;
        if (performance.now() > deadline) throw new RunPending(id);
        await delay(pollMs);
      }
    },

    async terminate(caller, id, reason) {
      const run = await current(await lookup.findStarted(caller, id));
      if (run.status === 'terminated') return run;
      assertOpen(run);
      await auditRun(audit, caller, 'run-terminated', run);
      await engine.terminate(run.workflowId, reason);
      return settlement.settle(run);
    },
  };
}
