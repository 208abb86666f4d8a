import test from 'ava';
import type { Logger } from '../observability/logger.js';
import type { Attempt } from '../runs/problem-recorder.js';
import { createTaskFailures } from './task-failures.js';

const runId = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';
const execution = { workflowType: 'greet', workflowId: `greet-${runId}`, runId: 'execution-1' };

function setUp() {
  const logged: Record<string, unknown>[] = [];
  const reported: Attempt[] = [];
  const logger = { warn: (fields: Record<string, unknown>) => logged.push(fields) } as unknown as Logger;
  const failures = createTaskFailures({ logger, onAttempt: (attempt) => reported.push(attempt) });
  const { failings } = failures.sinks;
  return { logged, reported, failings, coreReported: failures.coreReported };
}

const stack = ['TypeError: no', '    at greet (/a/workflow.ts:1:2)', '    at next (/a/node_modules/b.js:1:2)'].join(
  '\n',
);
const error = { type: 'TypeError', message: 'no', stack };
/** As the SDK's core prints a failure. */
const printed = (message: string) =>
  `Failure { failure: Some(Failure { message: ${JSON.stringify(message)}, source: "" }) }`;

test('logs and reports an error of workflow code once, with the frames of the project', (t) => {
  const { logged, reported, failings, coreReported } = setUp();
  failings.taskFails.fn(execution as never, error);
  coreReported('execution-1', printed('no'));
  t.is(logged.length, 1);
  t.like(logged, [{ workflow: 'greet', runId }]);
  const taskFailure = { code: 'TypeError', message: 'no', stack: 'at greet (/a/workflow.ts:1:2)' };
  t.deepEqual(reported, [{ workflowId: execution.workflowId, fails: true, taskFailure }]);
});

test('knows the run of a task that only the core reports, by its execution', (t) => {
  const { logged, reported, failings, coreReported } = setUp();
  failings.begun.fn(execution as never);
  coreReported('execution-1', printed('[TMPRL1100] "Nondeterminism"'));
  t.like(logged, [{ workflow: 'greet', runId }]);
  t.is(reported[0]?.taskFailure?.message, '[TMPRL1100] "Nondeterminism"');
});

test('logs what the core reports even in another format, or of an unknown execution', (t) => {
  const { logged, reported, coreReported } = setUp();
  coreReported('unknown', 'a new format');
  t.is(String(logged[0]?.['err']), 'Error: a new format');
  t.deepEqual(reported, []);
});

test('logs but does not report a failing child workflow, which has no run of its own', (t) => {
  const { logged, reported, failings } = setUp();
  failings.taskFails.fn({ ...execution, workflowId: `child-${runId}` } as never, error);
  t.is(logged.length, 1);
  t.deepEqual(reported, []);
});

test('a failed run is logged, and is no problem', (t) => {
  const { logged, reported, failings } = setUp();
  failings.runFails.fn(execution as never, { ...error, type: 'card-declined' });
  t.like(logged, [{ runId, err: { code: 'card-declined', message: 'no' } }]);
  t.deepEqual(reported, []);
});
