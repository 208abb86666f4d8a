import { setTimeout as delay } from 'node:timers/promises';
import type { Sequelize } from 'sequelize';
import { DatabaseUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import { unlessAborted } from '../retry/unless-aborted.js';
import { DatabaseRefused, isDatabaseError, isTransient } from './errors.js';

export interface ConnectOptions {
  /** How long to retry, in milliseconds. The last attempt may exceed it by the connect timeout. */
  readonly timeoutMs: number;
  /** Stops retrying at once and throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Pick<Logger, 'info'> | undefined;
}

const backoff: Backoff = { firstMs: 100, longestMs: 2_000 };

/**
 * Opens the first connection, and retries with backoff while the server is down or starting. Safe to repeat.
 * @throws {DatabaseUnavailable} the server was not reachable in time
 * @throws {DatabaseRefused} retrying cannot help: wrong password, unknown database, untrusted certificate
 */
export async function connectWithRetry(sequelize: Sequelize, options: ConnectOptions): Promise<void> {
  const { timeoutMs, signal, logger } = options;
  const { host, port, database } = sequelize.config;
  const server = `PostgreSQL at ${host}:${port} (database ${database})`;
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const failure = await unlessAborted(sequelize.authenticate().then(none, toError), signal);
    if (failure === undefined) return;
    if (!isTransient(failure))
      throw isDatabaseError(failure)
        ? new DatabaseRefused(`${server} refused the connection: ${failure.message}`, { cause: failure })
        : failure;
    const pauseMs = backoffMs(backoff, attempt - 1);
    if (performance.now() + pauseMs >= deadline)
      throw new DatabaseUnavailable(`${server} was not reachable within ${timeoutMs} ms: ${failure.message}`, {
        cause: failure,
      });
    if (attempt === 1)
      logger?.info(
        { reason: failure.message, timeoutMs },
        `${server} is not reachable yet (${failure.message}); retrying for up to ${timeoutMs} ms`,
      );
    await delay(pauseMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

const none = () => undefined;
const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
