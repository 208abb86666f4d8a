import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Screen, seconds } from '../cli/screen.js';
import type { AppName, Apps } from './apps.js';
import { describeChange, type Programs, projectFiles } from './change.js';
import type { WatchedEnvironment } from './env-change.js';
import type { LogFollower } from './follow-logs.js';
import { watchSources } from './watch.js';

const appNames = ['api', 'worker'] as const;

export interface ReloadOptions {
  readonly projectRoot: string;
  readonly apps: Apps;
  /** Bundles the workflows into the cache, where a worker that starts waits for the bundle. */
  readonly bundle: () => Promise<void>;
  /** From the project's root. */
  readonly envFile: string;
  readonly environment: Pick<WatchedEnvironment, 'reread'>;
  /** Whether the previous process stops before the next one starts (see `AppProcess`). */
  readonly inspect: boolean;
  readonly screen: Screen;
  readonly logs: LogFollower;
  readonly signal: AbortSignal;
}

/**
 * Restarts worker and API when files change that they import, until `signal` aborts. What ends by itself or does not come up again
 * is shown, and waits for the next change.
 * @returns a promise that never resolves; it rejects when the sources cannot be watched
 */
export async function reloadOnChange(options: ReloadOptions): Promise<never> {
  const { projectRoot, apps, bundle, envFile, environment, screen, logs, signal } = options;
  const broken = new Set<AppName>();
  const show = (error: unknown, concerned: readonly AppName[], stopsFirst = false) => {
    // The error shows the end of the log.
    logs.release(false);
    const text = error instanceof Error ? error.message : error;
    if (!signal.aborted) screen.warn(`${text}\n${stateOf(concerned, apps, stopsFirst)}Waiting for the next change`);
  };
  apps.onDeath((error) =>
    show(
      error,
      appNames.filter((name) => !apps[name].isServing()),
    ),
  );
  const programs: Programs = {
    imports: (app) =>
      new Set([...apps[app].imports()].map((file) => relative(projectRoot, file).replaceAll('\\', '/'))),
    isBroken: (app) => broken.has(app),
  };
  const restartWorker = () => bothOf(bundle(), (giveUp) => apps.restart('worker', giveUp), signal);
  const watched = () => [...projectFiles, envFile, ...apps.api.imports(), ...apps.worker.imports()];
  const onError = ({ message }: Error) => screen.warn(`Cannot watch: ${message}`);
  const watcher = await watchSources(projectRoot, watched(), signal, onError);
  void apps.prepareSpares();
  screen.line('Watching what API and worker import: a change restarts what it concerns');
  for await (const files of watcher.changes) {
    const startedAt = performance.now();
    let names: readonly AppName[] = appNames;
    try {
      const envChanged = files.delete(envFile);
      const change = describeChange(files, programs);
      // Before anything can fail: a spare process must not survive what it has loaded.
      if (change.platform) await apps.discardSpares();
      const fromEnv = envChanged ? rereadSettings() : [];
      names = appNames.filter((name) => fromEnv.includes(name) || change.apps.has(name));
      if (names.length === 0) continue;
      if (change.migrations) await apps.migrate();
      logs.hold();
      await restartAll(names);
      logs.release(true);
      const took = seconds(performance.now() - startedAt);
      const changed = fromEnv.length > 0 ? [envFile, ...files] : [...files];
      screen.line(`${summary(projectRoot, changed)}: ${names.join(' and ')} restarted (${took})`);
    } catch (error) {
      const failed = names.filter((name) => broken.has(name));
      show(error, failed.length > 0 ? failed : names, options.inspect);
    } finally {
      watcher.add(watched());
      void apps.prepareSpares();
    }
  }
  return new Promise<never>(() => undefined);

  function rereadSettings(): AppName[] {
    const { settings, apps: concerned, later } = environment.reread();
    apps.configure(settings);
    if (later.length > 0) screen.line(`${envFile} changed: ${later.join(', ')} will be used at the next start`);
    return [...concerned];
  }

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

/** What serves after a failed change. */
function stateOf(concerned: readonly AppName[], apps: Apps, stopsFirst: boolean): string {
  const [serving, stopped] = [true, false].map((is) => concerned.filter((name) => apps[name].isServing() === is));
  const say = (names: readonly AppName[] = [], one: string, several: string) =>
    names.length > 0 ? `${names.join(' and ')} ${names.length > 1 ? several : one}` : undefined;
  const kept = say(serving, 'keeps serving', 'keep serving');
  const down = say(stopped, 'is not running', 'are not running');
  return [
    kept && `The previous ${kept}. `,
    down &&
      `The ${down}${stopsFirst ? ': with --inspect, the previous process stops before the next one starts' : ''}. `,
  ].join('');
}

/** Settles when both have; the first one's failure ends the second one, and counts more. */
async function bothOf(first: Promise<void>, second: (signal: AbortSignal) => Promise<void>, signal: AbortSignal) {
  const giveUp = new AbortController();
  first.catch(() => giveUp.abort());
  const results = await Promise.allSettled([first, second(AbortSignal.any([signal, giveUp.signal]))]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Editors and formatters write temporary files, which are gone by now; they are not named. */
export function summary(projectRoot: string, changed: readonly string[]): string {
  const present = changed.filter((file) => existsSync(resolve(projectRoot, file)));
  const [first, ...others] = present.length > 0 ? present : changed;
  return others.length > 0 ? `${first} and ${others.length} more changed` : `${first} changed`;
}
