// The bare side of the worker: the same workflows and activity, without interceptors except for the routing of activities to their
// task queue, with the SDK's default settings. Polls both task queues, as ours does. Needs a build of the project.
import { createServer } from 'node:http';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const {
  TEMPORAL_ADDRESS = '',
  TEMPORAL_NAMESPACE = '',
  WORKFLOWS_QUEUE = '',
  ACTIVITIES_QUEUE = '',
  DIST = '',
} = process.env;
const { createFixtureActivities } = await import(`${DIST}/platform/fixtures/workflows/activities.js`);

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const shared = { connection, namespace: TEMPORAL_NAMESPACE };
const workers = [
  await Worker.create({
    ...shared,
    taskQueue: WORKFLOWS_QUEUE,
    workflowsPath: `${DIST}/workflows/index.js`,
    interceptors: { workflowModules: [`${DIST}/platform/workflows/route-activities.js`] },
  }),
  await Worker.create({
    ...shared,
    taskQueue: ACTIVITIES_QUEUE,
    activities: createFixtureActivities({ now: () => new Date() }),
  }),
];
// Signals readiness.
createServer((_, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1');
await Promise.all(workers.map((worker) => worker.run()));
await connection.close();
