import test from 'ava';
import { pino } from 'pino';
import { NamespaceNotFound, TemporalUnavailable } from '../errors/platform.js';
import { watchNamespace } from './namespace-watch.js';

const logger = pino({ level: 'silent' });

/** Answers each attempt with the next of these; `over` resolves with the last one. */
function attempts(...answers: (Error | undefined)[]) {
  let resolveOver = () => {};
  const over = new Promise<void>((resolve) => {
    resolveOver = resolve;
  });
  const ensure = async () => {
    const answer = answers.shift();
    if (answers.length === 0) resolveOver();
    if (answer) throw answer;
  };
  return { ensure, over };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('retries until the namespace exists, and returns why it does not yet', async (t) => {
  const missing = new NamespaceNotFound('x');
  const away = new TemporalUnavailable('away');
  const { ensure, over } = attempts(away, missing, undefined);
  const seen: unknown[] = [];
  let failure = (): unknown => undefined;
  failure = watchNamespace({
    ensure: () => {
      seen.push(failure());
      return ensure();
    },
    logger,
    signal: new AbortController().signal,
    pauseMs: 1,
  });
  await over;
  await settled();
  t.is(failure(), undefined);
  t.deepEqual(seen, [undefined, away, missing]);
});

test('stops when the signal aborts', async (t) => {
  const stop = new AbortController();
  let count = 0;
  watchNamespace({
    ensure: async () => {
      count += 1;
      stop.abort();
      throw new TemporalUnavailable('away');
    },
    logger,
    signal: stop.signal,
    pauseMs: 1,
  });
  for (let turn = 0; turn < 20; turn++) await settled();
  t.is(count, 1);
});
