import type { Logger } from './logger.js';
import { logNotReady } from './startup-log.js';

/**
 * Logs each change of a component's state once.
 * @param isStarting - while true, a component that has not been up yet is logged at `info`
 */
export function createComponentLog(logger: Logger, isStarting: () => boolean) {
  /** State of each component at its last check. */
  const states = new Map<string, 'up' | 'awaited' | 'down'>();
  return {
    up(component: string): void {
      const before = states.get(component);
      if (before === 'down') logger.info({ component }, 'Component recovered');
      if (before === 'awaited') logger.info({ component }, 'Component is ready');
      states.set(component, 'up');
    },
    down(component: string, err: unknown): void {
      const before = states.get(component);
      const now = before !== 'up' && before !== 'down' && isStarting() ? 'awaited' : 'down';
      states.set(component, now);
      if (now === before) return;
      if (now === 'awaited') logNotReady(logger, 'Component is not ready yet', { component, err }, true);
      else logger.warn({ component, err }, 'Component is down');
    },
  };
}
