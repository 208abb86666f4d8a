import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { projectLayout } from '../project-layout.js';

/** An editor writes a file in several steps: changes within this time are one, in milliseconds. */
const settleMs = 100;
const generated: readonly string[] = projectLayout.generated;

/** Waits until a file of the repository changes. @returns false if `signal` aborts first */
export async function nextChange(root: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  process.stdout.write('# Waiting for a change; Ctrl-C ends\n');
  const watcher = watch('.', {
    cwd: root,
    ignoreInitial: true,
    ignored: (path) => {
      const file = relative(root, resolve(root, path));
      return /(^|\/)\.[^/.]/.test(file) || generated.includes(file);
    },
  });
  try {
    await new Promise<void>((wake) => {
      watcher.once('all', () => wake());
      signal.addEventListener('abort', () => wake(), { once: true });
    });
    await sleep(settleMs, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  } finally {
    await watcher.close();
  }
}
