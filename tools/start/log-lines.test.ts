import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { screenLineOf } from './log-lines.js';

const time = new Date(2026, 0, 1, 10, 21, 33).toISOString();
const shown = (line: object) => screenLineOf('worker', JSON.stringify({ level: 'warn', time, ...line }));
const runId = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';
const stack = [
  "TypeError: Cannot read properties of undefined (reading 'cents')",
  `    at total (${join(projectRoot, 'node_modules/a/index.js')}:1:2)`,
  `    at next (${join(projectRoot, 'platform/temporal/limited-results.ts')}:14:54)`,
  `    at greet (${join(projectRoot, 'workflows/greet/workflow.ts')}:12:7)`,
].join('\n');

test('shows a failing workflow task with its workflow, run, error and place in the product', (t) => {
  const line = shown({
    workflow: 'greet',
    runId,
    msg: 'Workflow task failed',
    err: { type: 'Error', message: 'x', stack },
  });
  t.is(
    line?.text,
    `10:21:33 worker: greet (run ${runId}): Workflow task failed: TypeError: Cannot read properties of undefined (reading 'cents') (workflows/greet/workflow.ts:12)`,
  );
});

test('shows the attempt of an activity and when the next one follows', (t) => {
  const err = { type: 'RangeError', message: 'no words\nat all' };
  const activity = { activity: 'composeGreeting', attempt: 2, retryInMs: 4_000 };
  t.is(
    shown({ workflow: 'greet', runId, ...activity, msg: 'Activity failed; Temporal retries it', err })?.text,
    `10:21:33 worker: greet (run ${runId}), activity composeGreeting, attempt 2: Activity failed; Temporal retries it in 4 s: RangeError: no words`,
  );
});

test('shows the code of a domain error instead of its class', (t) => {
  const err = { type: 'TypeError', code: 'payments-failed', message: 'The service answered 503', stack };
  t.is(
    shown({ msg: 'Failed', err })?.text,
    '10:21:33 worker: Failed: payments-failed: The service answered 503 (workflows/greet/workflow.ts:12)',
  );
  t.regex(shown({ msg: 'Failed', err: { ...err, code: 'ECONNREFUSED' } })?.text ?? '', /: Failed: TypeError: Cannot/);
});

test('names the request that failed, unless its error has a line', (t) => {
  const request = { msg: 'request', method: 'GET', path: '/v1/runs', status: 503 };
  t.is(shown(request)?.text, '10:21:33 worker: GET /v1/runs answered 503');
  t.is(shown({ ...request, code: 'database-unavailable' }), undefined);
});

test('leaves a query of failing workflow code to the line of the worker', (t) => {
  const err = { type: 'WorkflowTaskFailing', code: 'workflow-task-failing', message: 'The workflow code fails' };
  t.is(shown({ msg: 'The code of the workflow fails', err }), undefined);
  for (const msg of ['Failing legacy query request', 'Query not found when attempting to respond to it']) {
    t.is(shown({ component: 'temporal-sdk', runId, msg }), undefined);
  }
});

test('shows no other members of a line', (t) => {
  const line = shown({
    msg: 'Went wrong',
    input: 'secret',
    password: 'secret',
    err: { message: 'x', detail: 'secret' },
  });
  t.is(line?.text, '10:21:33 worker: Went wrong: x');
});

test('lines of two runs and attempts have the same key, lines with other errors do not', (t) => {
  const first = shown({ workflow: 'greet', runId, attempt: 1, msg: 'Failed', err: { message: 'x' } });
  const second = shown({ workflow: 'greet', runId: 'other', attempt: 2, msg: 'Failed', err: { message: 'x' } });
  const third = shown({ workflow: 'greet', runId, attempt: 1, msg: 'Failed', err: { message: 'y' } });
  t.is(first?.key, second?.key);
  t.not(first?.key, third?.key);
});

test('leaves information to the log, except recoveries', (t) => {
  t.is(shown({ level: 'info', msg: 'Serving' }), undefined);
  t.like(shown({ level: 'info', msg: 'Component recovered', component: 'temporal', recovered: true }), {
    kind: 'recovery',
    text: '10:21:33 worker: temporal: Component recovered',
  });
});

test('shows output that is not JSON as it is, without colours', (t) => {
  const esc = String.fromCharCode(27);
  t.like(screenLineOf('worker', `${esc}[31mSyntaxError: Unexpected token${esc}[0m`), {
    kind: 'output',
    text: 'worker: SyntaxError: Unexpected token',
    mayBeLast: true,
  });
  t.like(screenLineOf('worker', '{"a":1}'), { kind: 'output', text: 'worker: {"a":1}' });
  t.is(screenLineOf('worker', ' '), undefined);
});

test('names the level of errors, and shortens long lines', (t) => {
  t.is(shown({ level: 'fatal', msg: 'Failed' })?.text, '10:21:33 worker fatal: Failed');
  t.true((shown({ msg: 'x'.repeat(2_000) })?.text.length ?? 0) < 500);
});

test('errors of a process that cannot bundle its workflows may be its last', (t) => {
  for (const msg of ['asset bundle.js\nERROR in ./workflows/greet.ts', 'Failed to close a connection'])
    t.true(shown({ level: 'error', msg })?.mayBeLast, msg);
  t.false(shown({ level: 'error', msg: 'Request failed' })?.mayBeLast);
});
