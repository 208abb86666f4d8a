// The bare side of the worker: the same workflows and activity on one task queue, without interceptors, with the SDK's default settings.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const { PORT, TEMPORAL_ADDRESS = '', TEMPORAL_NAMESPACE = '', TASK_QUEUE = '' } = process.env;

/** @param {{ name: string }} input */
const composeGreeting = async ({ name }) => `Good ${new Date().getUTCHours() < 12 ? 'morning' : 'day'}, ${name}!`;

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  namespace: TEMPORAL_NAMESPACE,
  taskQueue: TASK_QUEUE,
  workflowsPath: fileURLToPath(new URL('workflows.mjs', import.meta.url)),
  activities: { composeGreeting },
});
// Signals readiness.
createServer((_, response) => response.end()).listen(Number(PORT), '127.0.0.1');
await worker.run();
await connection.close();
