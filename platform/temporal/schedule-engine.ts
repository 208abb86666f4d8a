import { type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import { optionalDateToTs } from '@temporalio/common/lib/time.js';
import { WorkerUnavailable } from '../errors/platform.js';
import type { Product } from '../product.js';
import type { BackfillPeriod, ScheduleEngine } from '../runs/schedule-engine.js';
import type { TemporalClient } from './connection.js';
import { createCall } from './errors.js';
import { scheduleIdOf, toSdkPolicy } from './planned-schedules.js';

export interface ScheduleEngineOptions {
  readonly product: Pick<Product, 'name'>;
  /** Deadline of each call, in milliseconds. */
  readonly timeoutMs: number;
}

/** The schedules of a product in Temporal. */
export function createScheduleEngine(
  client: TemporalClient,
  { product, timeoutMs }: ScheduleEngineOptions,
): ScheduleEngine {
  const call = createCall(client.connection, timeoutMs);
  const { namespace } = client.options;

  async function change(workflow: string, work: (handle: ScheduleHandle) => Promise<void>): Promise<void> {
    try {
      await call(() => work(client.schedule.getHandle(scheduleIdOf(product, workflow))));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) throw notCreated(workflow, error);
      throw error;
    }
  }

  return {
    async describe(workflow) {
      try {
        const { state, info } = await call(() => client.schedule.getHandle(scheduleIdOf(product, workflow)).describe());
        const { nextActionTimes: nextTimes, createdAt } = info;
        return { paused: state.paused, note: state.note?.trim() || null, nextTimes, createdAt };
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw error;
      }
    },
    // Without a note, the SDK sets one of its own.
    pause: (workflow, note) => change(workflow, (handle) => handle.pause(note || ' ')),
    resume: (workflow) => change(workflow, (handle) => handle.unpause(' ')),
    trigger: (workflow, overlap) => change(workflow, (handle) => handle.trigger(toSdkPolicy(overlap))),
    backfill: (workflow, { from, to }, overlap) =>
      change(workflow, (handle) => handle.backfill({ start: from, end: to, overlap: toSdkPolicy(overlap) })),

    async countTimes(workflow, { from, to }: BackfillPeriod) {
      let count = 0;
      await change(workflow, async () => {
        const { startTime } = await client.workflowService.listScheduleMatchingTimes({
          namespace,
          scheduleId: scheduleIdOf(product, workflow),
          startTime: optionalDateToTs(from) ?? null,
          endTime: optionalDateToTs(to) ?? null,
        });
        count = startTime?.length ?? 0;
      });
      return count;
    },
  };
}

const notCreated = (workflow: string, cause: Error) =>
  new WorkerUnavailable(`No worker has created the schedule ${workflow} yet`, { cause });
