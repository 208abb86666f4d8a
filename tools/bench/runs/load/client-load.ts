import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { closedLoop, type LoopResult } from './closed-loop.js';
import { type ClientJob, writeResult } from './job.js';

/** `node client-load.ts JOB`: executes workflows with Temporal's client and writes the measurements as JSON. */
const job: ClientJob = JSON.parse(process.argv[2] ?? '');

async function load(): Promise<LoopResult> {
  const connection = await Connection.connect({ address: job.address });
  const client = new Client({ connection, namespace: job.namespace });
  return closedLoop(job, async () => {
    await client.workflow.execute(job.workflow, {
      taskQueue: job.taskQueue,
      workflowId: `${job.workflow}-${randomUUID()}`,
      args: [job.input],
    });
  });
}

await writeResult(load());
