import { RunUnsuccessful } from './errors.js';
import { type Call, dataOf, type Transport } from './transport.js';
import { hasEnded, isUnsuccessful, type Run } from './workflows.js';

/** Pauses between two polls, in milliseconds: short at first, because most runs end soon. */
const polling = { firstMs: 100, maxMs: 2_000, growth: 1.5 };

/**
 * Polls the run until it ends. Conditional requests keep this cheap for the API.
 * @throws {RunUnsuccessful} the run ended without a result
 * @throws {DeadlineExceeded} the run did not end in time; it continues
 */
export async function waitForResult({ api }: Transport, id: string, { deadline, fetch }: Call): Promise<unknown> {
  let etag: string | undefined;
  for (let pauseMs = polling.firstMs; ; pauseMs = Math.min(pauseMs * polling.growth, polling.maxMs)) {
    const header = etag === undefined ? {} : { 'If-None-Match': etag };
    const polled = await api.GET('/v1/runs/{id}', { params: { path: { id }, header }, fetch });
    if (polled.response.status !== 304) {
      const run = dataOf<Run>(polled);
      if (hasEnded(run)) return resultOf(run);
      deadline.record(`run ${id} is ${run.status}`, { runId: id });
    }
    etag = polled.response.headers.get('etag') ?? undefined;
    await deadline.pause(pauseMs);
  }
}

/** @throws {RunUnsuccessful} */
export function resultOf(run: Run): unknown {
  if (isUnsuccessful(run)) throw new RunUnsuccessful(run);
  return run.result;
}
