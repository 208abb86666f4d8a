import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../../../platform/retry/backoff.js';
import type { Random } from './random.js';
import { threeEffects } from './three-effects/definition.js';

export interface ClientOptions {
  /** Base URLs of the equivalent APIs. */
  readonly apis: readonly [string, string, ...string[]];
  /** Number of starts. */
  readonly starts: number;
  /** Time span of the starts, in milliseconds. */
  readonly spreadMs: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** The outcome of a start. */
export interface Sent {
  readonly number: number;
  /** Returned run ids: exactly one is correct; none if the start was never accepted. */
  readonly runIds: ReadonlySet<string>;
  /** Number of 202 answers. */
  readonly answers: number;
  /** Other results of requests. */
  readonly failures: readonly string[];
}

export interface Client {
  /** Resolves when every start was accepted or abandoned. */
  readonly finished: Promise<readonly Sent[]>;
  accepted(): number;
}

/** Client timeout, shorter than the API's, so that some requests stay in flight. */
const answerMs = 2_000;
/** Time until a start is abandoned. */
const patienceMs = 120_000;
const backoff: Backoff = { firstMs: 100, longestMs: 2_000 };
const longestRetryAfterMs = 1_000;
/** Share of accepted starts that are sent again, and the delay. */
const repeated = { part: 0.1, leastMs: 200, mostMs: 10_000 };

/**
 * Sends starts, each with its own key, to the APIs, and repeats failed ones with the same key at another API until they are accepted.
 * Abandons a start after a 4xx, because all requests are valid.
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

/** The error of a request without an answer; Node's fetch puts it into the cause. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (error as Error).message;
}
