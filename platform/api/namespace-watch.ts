import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../errors/domain-error.js';
import { TemporalUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { isStarting, logNotReady } from '../observability/startup-log.js';

export interface NamespaceWatchProps {
  /** Creates or finds the namespace. */
  readonly ensure: () => Promise<unknown>;
  readonly logger: Logger;
  /** Stops the attempts. */
  readonly signal: AbortSignal;
  /** Time between two attempts, in milliseconds. @default 2000 */
  readonly pauseMs?: number;
}

/**
 * Ensures the namespace in the background and retries until it succeeds, so that the API can start before Temporal.
 * @returns a function that returns why the namespace is unusable, or `undefined` if it is usable
 */
export function watchNamespace({ ensure, logger, signal, pauseMs = 2000 }: NamespaceWatchProps) {
  let failure: DomainError | undefined = new TemporalUnavailable('The namespace has not been checked yet');

  let loggedWhileStarting: boolean | undefined;

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      try {
        await ensure();
        failure = undefined;
        return;
      } catch (error) {
        const reason = error instanceof DomainError ? error : new TemporalUnavailable(String(error), { cause: error });
        const starting = isStarting() && reason instanceof TemporalUnavailable;
        if (reason.message !== failure?.message || starting !== loggedWhileStarting)
          logNotReady(logger, 'The Temporal namespace is not usable yet', { err: reason }, starting);
        loggedWhileStarting = starting;
        failure = reason;
      }
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  void watch();
  return (): DomainError | undefined => failure;
}
