import { proxyActivities } from '@temporalio/workflow';
import type { PlatformActivities } from '../../activities/index.js';
import { patient } from '../activity-options.js';

const { purgeBatch } = proxyActivities<PlatformActivities>(patient);

/** A pass ends after so many batches, so that its history stays short; the next one goes on. */
const maxBatches = 200;

export interface Purged {
  readonly runs: number;
  readonly keys: number;
  readonly auditEntries: number;
}

/** Removes what is older than it is to be kept, a small batch at a time. Started by its schedule; it is not in the catalogue. */
export async function purgeRuns(): Promise<Purged> {
  let [runs, keys, auditEntries] = [0, 0, 0];
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const purged = await purgeBatch();
    // An activity of an older worker, or of an older history, knows nothing of audit entries.
    const { auditEntries: entries = 0 } = purged as Partial<typeof purged>;
    runs += purged.runs;
    keys += purged.keys;
    auditEntries += entries;
    if (purged.runs + purged.keys + entries === 0) break;
  }
  return { runs, keys, auditEntries };
}
