import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../../../platform/retry/backoff.js';
import type { Random } from './random.js';
import { threeEffects } from './three-effects/definition.js';

export interface ClientOptions {
  /** Base URLs of the APIs, any of which will do. */
  readonly apis: readonly [string, string, ...string[]];
  /** How many starts there are. */
  readonly starts: number;
  /** Time over which they are spread, in milliseconds. */
  readonly spreadMs: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** What came of one start. */
export interface Sent {
  readonly number: number;
  /** Ids that were answered; one, if all is well. None when it was never accepted. */
  readonly runIds: ReadonlySet<string>;
  /** Requests that were answered 202. */
  readonly answers: number;
  /** Requests that were not. */
  readonly failures: readonly string[];
}

export interface Client {
  /** Resolves when every start was accepted, or given up. */
  readonly finished: Promise<readonly Sent[]>;
  accepted(): number;
}

/** A caller that waits no longer for an answer: less than the API itself may wait, so that some requests are left under way. */
const answerMs = 2_000;
/** Time after which a start is given up. */
const patienceMs = 120_000;
const backoff: Backoff = { firstMs: 100, longestMs: 2_000 };
const longestRetryAfterMs = 1_000;
/** Part of the starts that are sent once more after they were accepted, and how much later. */
const repeated = { part: 0.1, leastMs: 200, mostMs: 10_000 };

/**
 * Sends starts, each with a key of its own, to any of the APIs, and again with the same key to another one, whatever the reason was,
 * until it is accepted. What an API refuses for good (4xx) is given up at once, since none of these requests is wrong.
 */
export function sendStarts({ apis, starts, spreadMs, random, signal }: ClientOptions): Client {
  let accepted = 0;

  async function send(number: number): Promise<Sent> {
    const sent = { number, runIds: new Set<string>(), answers: 0, failures: [] as string[] };
    const again = random.next() < repeated.part;
    const key = randomUUID();
    await delay(random.between(0, spreadMs), undefined, { signal });
    if (await untilAccepted(sent, key)) accepted += 1;
    if (!again || sent.runIds.size === 0) return sent;
    await delay(random.between(repeated.leastMs, repeated.mostMs), undefined, { signal });
    await untilAccepted(sent, key);
    return sent;
  }

  async function untilAccepted(
    sent: { number: number; runIds: Set<string>; answers: number; failures: string[] },
    key: string,
  ): Promise<boolean> {
    const deadline = performance.now() + patienceMs;
    let api = random.pick(apis);
    for (let attempt = 0; ; attempt++) {
      const answer = await post(api, key, sent.number, signal);
      signal.throwIfAborted();
      if ('runId' in answer) {
        sent.runIds.add(answer.runId);
        sent.answers += 1;
        return true;
      }
      sent.failures.push(answer.failure);
      if (answer.final || performance.now() > deadline) return false;
      await delay(Math.max(backoffMs(backoff, attempt), answer.retryAfterMs), undefined, { signal });
      api = apis.find((other) => other !== api) ?? api;
    }
  }

  return {
    finished: Promise.all(Array.from({ length: starts }, (_, index) => send(index + 1))),
    accepted: () => accepted,
  };
}

type Answer =
  | { readonly runId: string }
  | { readonly failure: string; readonly final: boolean; readonly retryAfterMs: number };

async function post(api: string, key: string, number: number, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(`${api}/v1/workflows/${threeEffects.name}/start`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` },
      body: JSON.stringify({ number }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    const body = (await response.json()) as { id?: unknown; code?: unknown };
    if (response.status === 202 && typeof body.id === 'string') return { runId: body.id };
    const retryAfter = response.headers.get('Retry-After');
    return {
      failure: `${response.status} ${body.code}${response.status === 503 && retryAfter === null ? ' without Retry-After' : ''}`,
      final: response.status >= 400 && response.status < 500,
      retryAfterMs: Math.min(Number(retryAfter ?? 0) * 1_000, longestRetryAfterMs),
    };
  } catch (error) {
    return { failure: reasonOf(error), final: false, retryAfterMs: 0 };
  }
}

/** What became of a request that has no answer; Node's fetch hides it in the cause. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (error as Error).message;
}
