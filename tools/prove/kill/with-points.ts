import { setTimeout as delay } from 'node:timers/promises';
import type { RunParts } from '../../../platform/runs/durable-runs.js';
import { isFinal, type RunsRepository } from '../../../platform/runs/run.js';
import type { Crashes } from './crashes.js';

const pollMs = 100;
/** Maximum delay of the mark of a run, in milliseconds; the awaited event comes much sooner, or never. */
const maxMarkDelayMs = 60_000;
/**
 * The same for its start, in milliseconds: five leases. A restarted API has two slots for starts, and two delayed starts occupy them.
 */
const maxStartDelayMs = 20_000;

/** A repository that kills the process before it records an outcome. */
export function withRecordPoint<R extends Pick<RunsRepository, 'find' | 'transition'>>(
  repository: R,
  crashes: Crashes,
): R {
  return {
    ...repository,
    async transition(id, transition) {
      if (transition.to !== 'running') crashes.killAt('before-record', numberIn((await repository.find(id))?.input));
      return repository.transition(id, transition);
    },
  } satisfies Pick<RunsRepository, 'transition'> & R;
}

/** Adds the points to the parts of an API process. */
export function withApiPoints(parts: RunParts, crashes: Crashes): RunParts {
  const { engine } = parts;
  const repository = withRecordPoint(parts.repository, crashes);

  const isClosed = async (workflowId: string) => (await engine.describe(workflowId))?.open === false;
  const isRecorded = async (id: string) => isFinal((await repository.find(id))?.status ?? 'pending');

  return {
    ...parts,
    repository: {
      ...repository,
      async accept(run) {
        const accepted = await repository.accept(run);
        crashes.killAt('after-commit', numberIn(run.input));
        return accepted;
      },
      async transition(id, transition) {
        if (transition.to === 'running') {
          const number = numberIn((await repository.find(id))?.input);
          if (crashes.isDelayedAt('late-mark', number) && (await until(() => isRecorded(id), maxMarkDelayMs)))
            crashes.continues('late-mark', number);
        }
        return repository.transition(id, transition);
      },
    },
    engine: {
      ...engine,
      async start(definition, start) {
        const number = numberIn(start.input);
        crashes.killAt('before-start', number);
        if (
          crashes.isDelayedAt('late-start', number) &&
          (await until(() => isClosed(start.workflowId), maxStartDelayMs))
        )
          crashes.continues('late-start', number);
        const started = await engine.start(definition, start);
        crashes.killAt('after-start', number);
        return started;
      },
    },
  };
}

const numberIn = (input: unknown): number => Number((input as { number?: unknown } | undefined)?.number);

/** Ignores errors of restarting servers. @returns whether the condition holds before the timeout */
async function until(holds: () => Promise<boolean>, boundMs: number): Promise<boolean> {
  const deadline = performance.now() + boundMs;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}
