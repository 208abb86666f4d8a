import test from 'ava';
import { pino } from 'pino';
import { tellNotYet } from './startup-log.js';

function told(starting: boolean): object {
  const lines: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  tellNotYet(logger, 'Temporal is not there yet', { err: new Error('connect ECONNREFUSED'), attempt: 1 }, starting);
  return JSON.parse(lines.join(''));
}

test('while everything starts, the reason is told and no stack', (t) => {
  t.deepEqual(told(true), {
    level: pino.levels.values['info'],
    attempt: 1,
    reason: 'connect ECONNREFUSED',
    msg: 'Temporal is not there yet',
  });
});

test('later it is a warning, with the whole error', (t) => {
  t.like(told(false), { level: pino.levels.values['warn'], attempt: 1, err: { message: 'connect ECONNREFUSED' } });
});
