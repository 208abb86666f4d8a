import test from 'ava';
import { logs } from './logs.js';

const lines = {
  api: ['2026-01-01T00:00:01Z accepted 4711', '2026-01-01T00:00:03Z read 4711', '2026-01-01T00:00:04Z accepted 4712'],
  worker: ['2026-01-01T00:00:02Z began 4711'],
};

/** Prints the logs of a stage with two containers. @returns the printed lines */
async function printed(options: { readonly run?: string; readonly tail?: number }): Promise<string[]> {
  const written: string[] = [];
  const engine = {
    containersOf: async () => Object.keys(lines).map((part) => ({ part, id: part, isJob: false })),
    async docker(args: readonly string[], { onLine }: { onLine: (line: string) => void }) {
      for (const line of lines[args.at(-1) as keyof typeof lines]) onLine(line);
    },
  };
  const interrupts = [new AbortController().signal, new AbortController().signal];
  const context = {
    engine,
    stage: { name: 'dev' },
    interrupts,
    screen: { line: (text: string) => written.push(text) },
  };
  await logs(context as never, {
    command: 'logs',
    part: undefined,
    follow: false,
    tail: 100,
    run: undefined,
    ...options,
  });
  return written;
}

test('prints the lines of a run of all containers in order of time, the last ones of each', async (t) => {
  t.deepEqual(await printed({ run: '4711' }), ['api    | accepted 4711', 'worker | began 4711', 'api    | read 4711']);
  t.deepEqual(await printed({ run: '4711', tail: 1 }), ['worker | began 4711', 'api    | read 4711']);
  t.deepEqual(await printed({ run: '4711', tail: 0 }), []);
});

test('fails if no line names the run', async (t) => {
  const message = 'No lines of run 4713 in the logs of the stage dev';
  await t.throwsAsync(printed({ run: '4713' }), { message, code: 'no-logs' });
});
