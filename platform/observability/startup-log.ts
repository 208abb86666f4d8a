import type { Logger } from './logger.js';

/** Time that dependencies have to start together with the process, in milliseconds. */
const startupMs = 60_000;

/** Whether the dependencies of this process may still be starting. */
export const isStarting = (): boolean => process.uptime() * 1_000 < startupMs;

/** Logs that a dependency is not ready: its reason at `info` while the process starts, later a warning with the complete error. */
export function logNotReady(
  logger: Pick<Logger, 'info' | 'warn'>,
  message: string,
  { err, ...fields }: Readonly<Record<string, unknown>> & { readonly err: unknown },
  starting: boolean,
): void {
  if (starting) logger.info({ ...fields, reason: err instanceof Error ? err.message : String(err) }, message);
  else logger.warn({ ...fields, err }, message);
}
