import test from 'ava';
import { pino } from 'pino';
import { NamespaceNotFound, TemporalUnavailable } from '../errors/platform.js';
import { watchNamespace } from './namespace-watch.js';

const logger = pino({ level: 'silent' });

/** Answers each attempt with the next of these, and tells when there are no more. */
function attempts(...answers: (Error | undefined)[]) {
  let tell = () => {};
  const over = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const ensure = async () => {
    const answer = answers.shift();
    if (answers.length === 0) tell();
    if (answer) throw answer;
  };
  return { ensure, over };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('it tries until the namespace is there, and tells why it is not yet', async (t) => {
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

test('it stops when it is told to', async (t) => {
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
