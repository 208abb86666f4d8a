import test from 'ava';
import { pino } from 'pino';
import { logNotReady } from './startup-log.js';

function logged(starting: boolean): object {
  const lines: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  logNotReady(logger, 'Temporal is not ready yet', { err: new Error('connect ECONNREFUSED'), attempt: 1 }, starting);
  return JSON.parse(lines.join(''));
}

test('logs the reason without a stack while the process starts', (t) => {
  t.deepEqual(logged(true), {
    level: pino.levels.values['info'],
    attempt: 1,
    reason: 'connect ECONNREFUSED',
    msg: 'Temporal is not ready yet',
  });
});

test('logs a warning with the complete error later', (t) => {
  t.like(logged(false), { level: pino.levels.values['warn'], attempt: 1, err: { message: 'connect ECONNREFUSED' } });
});
