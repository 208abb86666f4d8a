import test from 'ava';
import { type Logger, pino } from 'pino';
import { temporalLogger } from './runtime.js';

function logged(message: string, meta: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
  temporalLogger(logger as unknown as Logger).info(message, meta);
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

const runId = '01a21bc0-ed11-7000-8000-000000000000';

test('lines of workflow code have the id of the run, and that of Temporal under another name', (t) => {
  const line = logged('Held', { runId: 'of-temporal', workflowId: `fulfil-order-${runId}` });
  t.like(line, { msg: 'Held', runId, temporalRunId: 'of-temporal', workflowId: `fulfil-order-${runId}` });
});

test('lines about executions that are no run have only the id of Temporal', (t) => {
  t.deepEqual(logged('Failing', { runId: 'of-temporal' }), {
    level: 30,
    component: 'temporal-sdk',
    temporalRunId: 'of-temporal',
    msg: 'Failing',
  });
  t.false('temporalRunId' in logged('Started', { taskQueue: 'workflows' }));
});
