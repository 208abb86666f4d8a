import { type Screen, seconds } from '../cli/screen.js';
import type { StopSignalName } from '../cli/stop-requests.js';
import type { Run } from './open-run.js';

const titles: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  temporal: 'Temporal',
  worker: 'Worker',
  api: 'API',
};

/**
 * Ends everything that the run has started, in reverse order, and shows each.
 * @param signal what asked for it; `undefined` when the run came to its end by itself
 * @param impatience when it resolves, everything is ended at once
 * @returns what `impatience` resolved with; `undefined` when all was ended in order
 */
export async function stopRun(
  { supervisor }: Run,
  screen: Screen,
  signal: StopSignalName | undefined,
  impatience: Promise<StopSignalName>,
): Promise<StopSignalName | undefined> {
  let announced = false;
  supervisor.onStop = (report) => {
    const title = titles[report.service] ?? report.service;
    if (report.type === 'stopping') {
      if (!announced) screen.line(`Stopping. Ctrl-C ${signal === 'SIGINT' ? 'again ' : ''}ends everything at once`);
      announced = true;
    } else if (report.forced) screen.warn(`${title} did not end in time and was killed (${seconds(report.ms)})`);
    else screen.line(`${title} stopped (${seconds(report.ms)})`);
  };
  let hurry: StopSignalName | undefined;
  void impatience.then((by) => {
    hurry = by;
    supervisor.onStop = () => undefined;
    screen.line('Ending everything at once');
    return supervisor.abortAll();
  });
  await supervisor.stopAll();
  return hurry;
}
