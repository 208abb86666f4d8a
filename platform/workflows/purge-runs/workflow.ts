import { proxyActivities } from '@temporalio/workflow';
import type { PlatformActivities } from '../../activities/index.js';
import { patient } from '../activity-options.js';

const { purgeBatch } = proxyActivities<PlatformActivities>(patient);

/** Batches per pass, to keep the history short. The next pass continues. */
const maxBatches = 200;

export interface Purged {
  readonly runs: number;
  readonly keys: number;
  readonly auditEntries: number;
}

/** Removes rows past their retention, in small batches. Its schedule starts it; it is not in the catalogue. */
export async function purgeRuns(): Promise<Purged> {
  let [runs, keys, auditEntries] = [0, 0, 0];
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const purged = await purgeBatch();
    // Activities of older workers, and older histories, do not return audit entries.
    const { auditEntries: entries = 0 } = purged as Partial<typeof purged>;
    runs += purged.runs;
    keys += purged.keys;
    auditEntries += entries;
    if (purged.runs + purged.keys + entries === 0) break;
  }
  return { runs, keys, auditEntries };
}
