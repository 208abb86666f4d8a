import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { brokenVariable, type Fault } from '../fixtures/broken.js';
import { mend } from '../fixtures/definitions.js';
import { serverSettings } from '../support/process-settings.js';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { createTestTemporal } from '../support/temporal.js';

interface LogLine {
  readonly level: string;
  readonly workflow: string;
  readonly runId: string;
  readonly err: { readonly message: string; readonly stack: string };
}

/** Starts workers one after another on the same servers; each has this fault. */
async function setUp(t: ExecutionContext) {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  const env = await serverSettings(t, temporal);
  const startWorker = async (fault?: Fault) => {
    const broken = fault && { [brokenVariable]: fault };
    const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', { ...env, ...broken });
    await worker.written(/"msg":"Serving"/);
    return worker;
  };
  return { temporal, startWorker };
}

async function failureIn(worker: ServiceProcess): Promise<LogLine> {
  const [line] = await worker.written(/^.*"msg":"Workflow task failed.*$/m);
  return JSON.parse(line) as LogLine;
}

test.serial('the log names workflow, run, error and place of workflow code that throws', async (t) => {
  const { temporal, startWorker } = await setUp(t);
  const worker = await startWorker('throws');
  const runId = randomUUID();
  await temporal.engine.start(mend, { workflowId: `mend-${runId}`, input: { count: 0 } });
  const line = await failureIn(worker);
  t.like(line, { level: 'warn', workflow: 'mend', runId, err: { message: 'the fixture is broken' } });
  t.regex(line.err.stack, /^TypeError: the fixture is broken\n {4}at mend \(.*fixtures.workflows\.ts:\d+/);
  t.notRegex(worker.output(), /"msg":"(Workflow failed|Failing workflow task)"/);
});

test.serial('the log names workflow and run of code that does not match its history', async (t) => {
  const { temporal, startWorker } = await setUp(t);
  const runId = randomUUID();
  const workflowId = `mend-${runId}`;
  const before = await startWorker('other-steps');
  await temporal.engine.start(mend, { workflowId, input: { count: 0 } });
  t.deepEqual(await temporal.engine.query(workflowId, 'state'), { ended: false });
  before.child.kill('SIGTERM');
  await before.exit;
  const worker = await startWorker();
  await temporal.engine.signal(workflowId, 'any', {});
  const line = await failureIn(worker);
  t.like(line, { level: 'warn', workflow: 'mend', runId });
  t.regex(line.err.message, /nondeterminism/i);
});
