import { createHash } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { TemporalClient } from './connection.js';
import type { Call } from './errors.js';
import { purgeScheduleId } from './purge-schedule.js';

export interface ScheduleSync {
  readonly client: TemporalClient;
  readonly call: Call;
  readonly product: Pick<Product, 'name'>;
  readonly logger: Pick<Logger, 'info'>;
}

/** Identifies the content of a schedule, except its state. */
const contentOf = ({ scheduleId, spec, action, policies }: ScheduleOptions): string =>
  hash({ scheduleId, spec, action, policies });

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Identifies a set of schedules. */
export const versionOf = (planned: readonly ScheduleOptions[]): string => hash(planned.map(contentOf));

/**
 * Makes the product's schedules in Temporal the planned ones: creates, changes and deletes what differs. Safe to repeat. A pause survives
 * a change. Schedules of others in the namespace stay as they are.
 * @throws the first error, after it has tried all
 */
export async function applySchedules(sync: ScheduleSync, planned: readonly ScheduleOptions[]): Promise<void> {
  const results = await Promise.allSettled([
    ...planned.map((options) => applyOne(sync, options)),
    deleteOthers(sync, new Set(planned.map(({ scheduleId }) => scheduleId))),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function applyOne(sync: ScheduleSync, options: ScheduleOptions): Promise<void> {
  const { client, call, product, logger } = sync;
  const { scheduleId: id, ...rest } = options;
  const content = contentOf(options);
  // The memo of a schedule cannot be changed, but that of its action can.
  const action = { ...options.action, memo: { content } };
  const handle = client.schedule.getHandle(id);
  const known = await describe(sync, id);
  if (known === undefined) {
    const created = { ...options, action, memo: { product: product.name } };
    await call(() => client.schedule.create(created)).catch((error: unknown) => {
      // Another process was first.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    });
    logger.info({ schedule: id }, 'Created a schedule');
    return;
  }
  // Versions without this mark created `purge-runs`.
  if (known.memo?.['product'] !== product.name && id !== purgeScheduleId)
    throw new Error(
      `Temporal has a schedule ${id} that ${product.name} did not create: delete it or rename the workflow`,
    );
  if (known.action.memo?.['content'] === content) return;
  await call(() => handle.update(({ state }) => ({ ...rest, action, state })));
  logger.info({ schedule: id }, 'Changed a schedule');
}

async function describe({ client, call }: ScheduleSync, id: string): Promise<ScheduleDescription | undefined> {
  try {
    return await call(() => client.schedule.getHandle(id).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Temporal lists a new schedule with a delay. A schedule that is removed right after its creation stays until the next pass. */
async function deleteOthers(
  { client, call, product, logger }: ScheduleSync,
  planned: ReadonlySet<string>,
): Promise<void> {
  const ids = await call(async () => {
    const own: string[] = [];
    for await (const { scheduleId, memo } of client.schedule.list()) {
      if (memo?.['product'] === product.name && !planned.has(scheduleId)) own.push(scheduleId);
    }
    return own;
  });
  for (const id of ids) {
    await call(() => client.schedule.getHandle(id).delete()).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    logger.info({ schedule: id }, 'Deleted a schedule');
  }
}
