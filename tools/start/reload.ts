import { relative } from 'node:path';
import { type Screen, seconds } from '../cli/screen.js';
import type { AppName, Apps } from './apps.js';
import { type Change, describeChange, type Programs, projectFiles } from './change.js';
import type { LogFollower } from './follow-logs.js';
import { watchSources } from './watch.js';

export interface ReloadOptions {
  readonly projectRoot: string;
  readonly apps: Apps;
  /** Bundles the workflows into the cache, where a worker that starts waits for the bundle. */
  readonly bundle: () => Promise<void>;
  readonly screen: Screen;
  readonly logs: LogFollower;
  readonly signal: AbortSignal;
}

/**
 * Restarts worker and API when files change that they import, until `signal` aborts. What ends by itself or does not come up again
 * is shown, and waits for the next change.
 * @returns a promise that never resolves; it rejects when the sources cannot be watched
 */
export async function reloadOnChange({
  projectRoot,
  apps,
  bundle,
  screen,
  logs,
  signal,
}: ReloadOptions): Promise<never> {
  const broken = new Set<AppName>();
  const show = (error: unknown) => {
    // The error shows the end of the log.
    logs.release(false);
    const kept = (['api', 'worker'] as const).filter((name) => broken.has(name) && apps[name].isServing());
    const state = kept.length > 0 ? `The previous ${kept.join(' and ')} keeps serving. ` : '';
    const text = error instanceof Error ? error.message : error;
    if (!signal.aborted) screen.warn(`${text}\n${state}Waiting for the next change`);
  };
  apps.onDeath(show);
  const programs: Programs = {
    imports: (app) =>
      new Set([...apps[app].imports()].map((file) => relative(projectRoot, file).replaceAll('\\', '/'))),
    isBroken: (app) => broken.has(app),
  };
  const restartWorker = () => bothOf(bundle(), (giveUp) => apps.restart('worker', giveUp), signal);
  const watcher = await watchSources(projectRoot, signal, ({ message }) => screen.warn(`Cannot watch: ${message}`));
  const watchImports = () => watcher.add([...projectFiles, ...apps.api.imports(), ...apps.worker.imports()]);
  watchImports();
  screen.line('Watching what API and worker import: a change restarts what it concerns');
  for await (const files of watcher.changes) {
    const change = describeChange(files, programs);
    const names = [...change.apps];
    if (names.length === 0) continue;
    const startedAt = performance.now();
    try {
      if (change.migrations) await apps.migrate();
      logs.hold();
      await restartAll(names);
      logs.release(true);
      const took = seconds(performance.now() - startedAt);
      screen.line(`${summary(change)}: ${names.join(' and ')} restarted (${took})`);
    } catch (error) {
      show(error);
    }
    watchImports();
  }
  return new Promise<never>(() => undefined);

  async function restartAll(names: readonly AppName[]): Promise<void> {
    const results = await Promise.allSettled(
      names.map((name) => (name === 'worker' ? restartWorker() : apps.restart(name, signal))),
    );
    for (const [index, name] of names.entries()) {
      if (results[index]?.status === 'rejected') broken.add(name);
      else broken.delete(name);
    }
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** Settles when both have; the first one's failure ends the second one, and counts more. */
async function bothOf(first: Promise<void>, second: (signal: AbortSignal) => Promise<void>, signal: AbortSignal) {
  const giveUp = new AbortController();
  first.catch(() => giveUp.abort());
  const results = await Promise.allSettled([first, second(AbortSignal.any([signal, giveUp.signal]))]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function summary({ files }: Change): string {
  const [first = ''] = files;
  return files.size > 1 ? `${first} and ${files.size - 1} more changed` : `${first} changed`;
}
