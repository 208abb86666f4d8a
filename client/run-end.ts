import type { Call, Calls } from './calls.js';
import { dataOf } from './calls.js';
import { RunUnsuccessful } from './errors.js';
import { hasEnded, isUnsuccessful, type Run } from './workflows.js';

/** Between two looks at a run, in milliseconds: often at first, when most runs end. */
const looks = { firstMs: 100, longestMs: 2_000, growth: 1.5 };

/**
 * Waits until the run has ended: asks whether it has changed, which costs the API little.
 * @throws {RunUnsuccessful} it has ended without a result
 * @throws {DeadlineExceeded} it has not ended in time, and goes on
 */
export async function resultOf({ api }: Calls, id: string, { deadline, fetch }: Call): Promise<unknown> {
  let etag: string | undefined;
  for (let pauseMs = looks.firstMs; ; pauseMs = Math.min(pauseMs * looks.growth, looks.longestMs)) {
    const header = etag === undefined ? {} : { 'If-None-Match': etag };
    const answer = await api.GET('/v1/runs/{id}', { params: { path: { id }, header }, fetch });
    if (answer.response.status !== 304) {
      const run = dataOf<Run>(answer);
      if (hasEnded(run)) return resultIn(run);
      deadline.note(`run ${id} is ${run.status}`, { runId: id });
    }
    etag = answer.response.headers.get('etag') ?? undefined;
    await deadline.pause(pauseMs);
  }
}

/** @throws {RunUnsuccessful} */
export function resultIn(run: Run): unknown {
  if (isUnsuccessful(run)) throw new RunUnsuccessful(run);
  return run.result;
}
