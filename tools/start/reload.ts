import { type Screen, seconds } from '../cli/screen.js';
import type { Apps } from './apps.js';
import { type Change, watchSources } from './watch.js';

export interface ReloadOptions {
  readonly projectRoot: string;
  readonly apps: Apps;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/**
 * Restarts worker and API when their sources change, until `signal` aborts. What ends by itself or does not come up again
 * is shown, and waits for the next change.
 * @returns a promise that never resolves; it rejects when the sources cannot be watched
 */
export async function reloadOnChange({ projectRoot, apps, screen, signal }: ReloadOptions): Promise<never> {
  const show = (error: unknown) => {
    if (!signal.aborted) screen.warn(`${error instanceof Error ? error.message : error}\nWaiting for the next change`);
  };
  apps.onDeath(show);
  const changes = await watchSources(projectRoot, signal);
  screen.line('Watching the sources: API and worker restart when they change');
  for await (const change of changes) {
    const startedAt = performance.now();
    const names = [...change.apps];
    try {
      if (change.migrations) await apps.migrate();
      const results = await Promise.allSettled(names.map((name) => apps.restart(name)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      const took = seconds(performance.now() - startedAt);
      screen.line(`${summary(change)}: ${names.join(' and ')} restarted (${took})`);
    } catch (error) {
      show(error);
    }
  }
  return new Promise<never>(() => undefined);
}

function summary({ files }: Change): string {
  const [first = ''] = files;
  return files.size > 1 ? `${first} and ${files.size - 1} more changed` : `${first} changed`;
}
