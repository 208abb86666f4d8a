import { type Screen, seconds } from '../cli/screen.js';
import type { Run } from './open-run.js';

const titles: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  temporal: 'Temporal',
  worker: 'Worker',
  api: 'API',
};

/**
 * Ends everything that the run has started, in reverse order, and shows each.
 * @param impatience when it resolves, everything is ended at once
 * @returns whether all was ended in order; `false` when it was ended at once
 */
export async function stopRun({ supervisor }: Run, screen: Screen, impatience: Promise<unknown>): Promise<boolean> {
  let announced = false;
  supervisor.onStop = (report) => {
    const title = titles[report.service] ?? report.service;
    if (report.type === 'stopping') {
      if (!announced) screen.line('Stopping, Ctrl-C again ends everything at once');
      announced = true;
    } else if (report.forced) screen.warn(`${title} did not end in time and was killed (${seconds(report.ms)})`);
    else screen.line(`${title} stopped (${seconds(report.ms)})`);
  };
  const orderly = supervisor.stopAll().then(() => true);
  const hurried = impatience.then(async () => {
    supervisor.onStop = () => undefined;
    await supervisor.abortAll();
    return false;
  });
  return Promise.race([orderly, hurried]);
}
