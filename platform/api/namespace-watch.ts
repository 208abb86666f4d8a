import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../errors/domain-error.js';
import { TemporalUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { isStarting, tellNotYet } from '../observability/startup-log.js';

export interface NamespaceWatchProps {
  /** Makes sure that the namespace is there. */
  readonly ensure: () => Promise<unknown>;
  readonly logger: Logger;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** Time between two attempts, in milliseconds. @default 2000 */
  readonly pauseMs?: number;
}

/**
 * Ensures the namespace in the background, again and again until it is there, so that the API can start before Temporal.
 * @returns a function that tells why the namespace cannot be used, or `undefined` when it can
 */
export function watchNamespace({ ensure, logger, signal, pauseMs = 2000 }: NamespaceWatchProps) {
  let failure: DomainError | undefined = new TemporalUnavailable('The namespace has not been asked for yet');

  let toldEarly: boolean | undefined;

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      try {
        await ensure();
        failure = undefined;
        return;
      } catch (error) {
        const reason = error instanceof DomainError ? error : new TemporalUnavailable(String(error), { cause: error });
        const starting = isStarting() && reason instanceof TemporalUnavailable;
        if (reason.message !== failure?.message || starting !== toldEarly)
          tellNotYet(logger, 'The namespace cannot be used yet', { err: reason }, starting);
        toldEarly = starting;
        failure = reason;
      }
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  void watch();
  return (): DomainError | undefined => failure;
}
