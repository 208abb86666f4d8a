import { CommandFault } from '../errors/command-fault.js';
import { AddressUnavailable } from '../http/listen.js';
import { createLogger, type Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { ProductSettings } from '../settings/define-settings.js';
import { settingsOrExit } from '../settings/entry.js';
import type { ProcessName, ServiceName } from '../settings/names.js';
import type { SettingsOf } from '../settings/settings.js';
import { continueWhenOutputCloses } from './closed-output.mjs';

/** Names of services that run the product's code. */
type ProductService = ServiceName & ProcessName;

export interface ServiceContext<
  P extends Product<ProductSettings> = Product,
  N extends ProductService = ProductService,
> {
  readonly product: P;
  readonly settings: SettingsOf<P, N>;
  readonly logger: Logger;
  /** Aborts at the first SIGTERM, SIGINT or SIGHUP. `serve` then finishes its work in flight and returns. */
  readonly signal: AbortSignal;
  /** Registers a cleanup. Cleanups run in reverse order after `serve` returns or rejects. */
  readonly onClose: (close: () => Promise<unknown>) => void;
}

/** Time for the cleanups, in milliseconds. */
const closeMs = 2_000;

/**
 * Runs a long-lived process. Exit codes: 0 after a signal, 1 after a failure, 78 for invalid settings.
 * @param serve - runs until the signal aborts; rejecting with the signal's reason is not a failure
 */
export function runService<P extends Product<ProductSettings>, N extends ProductService>(
  product: P,
  name: N,
  serve: (context: ServiceContext<NoInfer<P>, N>) => Promise<void>,
): void {
  continueWhenOutputCloses();
  const settings = settingsOrExit(product, { processes: [name] }) as unknown as SettingsOf<P, N>;
  const logger = createLogger(name, settings);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // `on`, not `once`: Ctrl-C can arrive twice, from the terminal and from npm, and the second must not kill the process.
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      logger.info({ signal }, 'Shutting down');
      stopping.abort();
    });
  }
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, `Uncaught exception in the ${name}`);
    process.exit(1);
  });

  const opened: (() => Promise<unknown>)[] = [];
  const { signal } = stopping;
  serve({ product, settings, logger, signal, onClose: (close) => opened.push(close) })
    .catch((error: unknown) => {
      if (signal.aborted && error === signal.reason) return;
      process.exitCode = 1;
      if (error instanceof AddressUnavailable || error instanceof CommandFault) logger.fatal(error.message);
      else logger.fatal({ err: error }, `The ${name} failed`);
    })
    .then(() => closeAll(opened, logger))
    .catch((error: unknown) => {
      process.exitCode = 1;
      logger.error({ err: error }, 'Failed to close a connection');
    })
    // Activities that ignore their cancellation would keep the process alive.
    .finally(() => process.exit());
}

async function closeAll(opened: (() => Promise<unknown>)[], logger: Logger): Promise<void> {
  const overdue = setTimeout(() => {
    logger.warn({ closeMs }, 'Connections did not close in time');
    process.exit();
  }, closeMs);
  for (const close of opened.reverse()) await close();
  clearTimeout(overdue);
  logger.info('Stopped');
}
