import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { TemporalUnauthorized, TemporalUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { isStarting, logNotReady } from '../observability/startup-log.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import { unlessAborted } from '../retry/unless-aborted.js';
import { connectionOptions, proxyOf, type TemporalClient, type TemporalSettings } from '../temporal/connection.js';
import { ensureNamespace } from '../temporal/namespace.js';

const backoff: Backoff = { firstMs: 100, longestMs: 5_000 };

export interface ConnectDeps {
  readonly settings: TemporalSettings;
  readonly client: TemporalClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Connects the worker to Temporal and ensures that the namespace exists. Retries until both succeed: each failure is logged, and the
 * delay doubles up to 5 s, with jitter to limit the load on a recovering Temporal server.
 * @throws {TemporalUnauthorized} at once: new credentials need a restart
 * @throws the reason of `signal` when it aborts
 */
export async function connectWorker({ settings, client, logger, signal }: ConnectDeps): Promise<NativeConnection> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      await unlessAborted(ensureNamespace(client, settings), signal);
      return await connectInTime(settings, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TemporalUnauthorized) throw error;
      const delayMs = Math.round(backoffMs(backoff, attempt));
      const { TEMPORAL_ADDRESS: address } = settings;
      const starting = isStarting() && error instanceof TemporalUnavailable;
      const details = { err: error, address, attempt: attempt + 1, delayMs };
      logNotReady(logger, 'Temporal is not reachable yet', details, starting);
      await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** The native connection has no deadline of its own, and ignores the proxies of the environment. Closes a connection that is established too late. */
async function connectInTime(settings: TemporalSettings, signal: AbortSignal): Promise<NativeConnection> {
  const { address: targetHost, user } = proxyOf(settings) ?? {};
  const basicAuth = user && { username: user.name, password: user.password };
  const connecting = NativeConnection.connect({
    ...connectionOptions(settings),
    ...(targetHost && { proxy: { type: 'http-connect', targetHost, ...(basicAuth && { basicAuth }) } }),
  });
  const overdue = AbortSignal.timeout(settings.TEMPORAL_CALL_TIMEOUT_MS);
  try {
    return await unlessAborted(connecting, AbortSignal.any([signal, overdue]));
  } catch (error) {
    connecting.then(
      (connection) => connection.close(),
      () => {},
    );
    throw error === overdue.reason ? new TemporalUnavailable('Temporal did not answer within the deadline') : error;
  }
}
