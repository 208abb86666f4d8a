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
 * Stops everything that the run started, in reverse order, and shows each step.
 * @param signal - the signal that stops it; `undefined` if the run ended by itself
 * @param impatience - when it resolves, everything is killed
 * @returns the signal that `impatience` resolved with; `undefined` after an orderly stop
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
      if (!announced) screen.line(`Stopping. Press Ctrl-C ${signal === 'SIGINT' ? 'again ' : ''}to stop immediately`);
      announced = true;
    } else if (report.forced) screen.warn(`${title} did not stop in time and was killed (${seconds(report.ms)})`);
    else screen.line(`${title} stopped (${seconds(report.ms)})`);
  };
  let hurry: StopSignalName | undefined;
  void impatience.then((by) => {
    hurry = by;
    supervisor.onStop = () => undefined;
    screen.line('Stopping immediately');
    return supervisor.abortAll();
  });
  await supervisor.stopAll();
  return hurry;
}
