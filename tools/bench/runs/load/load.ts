import { randomUUID } from 'node:crypto';
import { closedLoop } from './closed-loop.js';
import { exchange, HttpConnection, headOf } from './http-connection.js';
import type { ClientJob, HttpJob } from './job.js';

/** `node load.ts JOB`: runs a load and writes the measurements as JSON. */
type Call = (caller: number) => Promise<unknown>;

async function httpCalls({ host, port, callers, requests }: HttpJob): Promise<Call> {
  const connections = await Promise.all(Array.from({ length: callers }, () => HttpConnection.open(host, port)));
  const prepared = requests.map((request) => ({ request, head: headOf(request, `${host}:${port}`) }));
  let turn = 0;
  return (caller) => {
    const next = prepared[turn++ % prepared.length];
    const connection = connections[caller];
    if (!next || !connection) throw new RangeError('The job has no requests');
    return exchange(connection, next.head, next.request);
  };
}

async function clientCalls({ address, namespace, workflow, taskQueue, input }: ClientJob): Promise<Call> {
  const { Client, Connection } = await import('@temporalio/client');
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  return () =>
    client.workflow.execute(workflow, { taskQueue, workflowId: `${workflow}-${randomUUID()}`, args: [input] });
}

try {
  const job: HttpJob | ClientJob = JSON.parse(process.argv[2] ?? '');
  const call = 'requests' in job ? await httpCalls(job) : await clientCalls(job);
  process.stdout.write(JSON.stringify(await closedLoop(job, call)));
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = 1;
}
// Open connections would keep the process alive.
process.exit();
