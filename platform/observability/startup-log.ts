import type { Logger } from './logger.js';

/** Time that what a process needs has to come up with it, in milliseconds. Before that it is no warning that it is not there. */
const startupMs = 60_000;

/** Whether this process has started so recently that what it needs may still be starting. */
export const isStarting = (): boolean => process.uptime() * 1_000 < startupMs;

/**
 * Tells that something is not there yet: by its reason while everything starts, and as a warning with the whole error when it should
 * have been there.
 */
export function tellNotYet(
  logger: Pick<Logger, 'info' | 'warn'>,
  message: string,
  { err, ...fields }: Readonly<Record<string, unknown>> & { readonly err: unknown },
  starting: boolean,
): void {
  if (starting) logger.info({ ...fields, reason: err instanceof Error ? err.message : String(err) }, message);
  else logger.warn({ ...fields, err }, message);
}
