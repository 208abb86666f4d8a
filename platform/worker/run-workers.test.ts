import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';
import test from 'ava';
import { isAlive, type RunnableWorker, runWorkers } from './run-workers.js';

type State = ReturnType<Worker['getState']>;

interface FakeWorker extends RunnableWorker {
  end(): void;
  fail(reason: unknown): void;
  become(state: State): void;
}

function withResolvers() {
  let [resolve, reject]: [() => void, (reason: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((...given) => {
    [resolve, reject] = given;
  });
  return { promise, resolve: () => resolve(), reject: (reason: unknown) => reject(reason) };
}

/** A worker that ends when the test ends it, or as `onShutdown` does at its shutdown. */
function fakeWorker(onShutdown: (worker: FakeWorker) => void = (worker) => worker.end()): FakeWorker {
  let state: State = 'INITIALIZED';
  const run = withResolvers();
  run.promise.catch(() => {});
  const worker: FakeWorker = {
    run: () => {
      state = 'RUNNING';
      return run.promise;
    },
    shutdown: () => {
      state = 'STOPPING';
      onShutdown(worker);
    },
    getState: () => state,
    end: () => {
      state = 'STOPPED';
      run.resolve();
    },
    fail: (reason) => {
      state = 'FAILED';
      run.reject(reason);
    },
    become: (next) => {
      state = next;
    },
  };
  return worker;
}

const never = () => {};
const times = { stopMs: 50, failMs: 50, watchMs: 5 };
const endless = { ...times, stopMs: 60_000, failMs: 60_000 };

test('ends when all workers have ended after the signal', async (t) => {
  const workers = [fakeWorker(), fakeWorker()];
  const stopping = new AbortController();
  const running = runWorkers(workers, stopping.signal, endless);
  t.true(workers.every(isAlive));
  stopping.abort();
  t.deepEqual(await running, { ended: true });
  t.false(workers.some(isAlive));
});

test('shuts down workers if the signal aborted before they ran', async (t) => {
  t.deepEqual(await runWorkers([fakeWorker()], AbortSignal.abort(), endless), { ended: true });
});

test('throws the error of a failed worker after the others have shut down', async (t) => {
  const [failing, other] = [fakeWorker(), fakeWorker()];
  const running = runWorkers([failing, other], new AbortController().signal, endless);
  failing.fail(new Error('fatal'));
  await t.throwsAsync(running, { message: 'fatal' });
  t.is(other.getState(), 'STOPPED');
});

test('throws even if another worker never settles', async (t) => {
  const [failing, stuck] = [fakeWorker(), fakeWorker(never)];
  const running = runWorkers([failing, stuck], new AbortController().signal, times);
  failing.fail(new Error('fatal'));
  await t.throwsAsync(running, { message: 'fatal' });
});

for (const state of ['FAILED', 'STOPPING', 'DRAINED'] as const) {
  test(`throws if a worker is ${state} by itself and its run never settles`, async (t) => {
    const [dead, other] = [fakeWorker(never), fakeWorker()];
    const running = runWorkers([dead, other], new AbortController().signal, times);
    dead.become(state);
    await t.throwsAsync(running, { message: 'A worker stopped by itself and gave no reason' });
    t.is(other.getState(), 'STOPPED');
  });
}

test('throws if a worker ends by itself without an error', async (t) => {
  const worker = fakeWorker();
  const running = runWorkers([worker], new AbortController().signal, times);
  worker.end();
  await t.throwsAsync(running, { message: 'A worker stopped by itself and gave no reason' });
});

const busy = [
  new GracefulShutdownPeriodExpiredError('Timed out while waiting for worker to shutdown gracefully'),
  new Error('Worker still in use: Expected 1 reference, but got 2'),
];
for (const reason of busy) {
  test(`reports that activities outlast the shutdown: ${reason.message}`, async (t) => {
    const stopping = new AbortController();
    const running = runWorkers([fakeWorker(), fakeWorker((worker) => worker.fail(reason))], stopping.signal, endless);
    stopping.abort();
    t.deepEqual(await running, { ended: false });
  });
}

test('reports a worker that never settles after the signal', async (t) => {
  const stopping = new AbortController();
  const running = runWorkers([fakeWorker(never)], stopping.signal, times);
  stopping.abort();
  t.deepEqual(await running, { ended: false });
});

test('throws if a worker fails during the shutdown', async (t) => {
  const stopping = new AbortController();
  const running = runWorkers([fakeWorker((worker) => worker.fail(new Error('fatal')))], stopping.signal, endless);
  stopping.abort();
  await t.throwsAsync(running, { message: 'fatal' });
});
