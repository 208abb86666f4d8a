// The bare side of `start` and `execute`: Temporal's client behind `node:http`.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Client, Connection } from '@temporalio/client';

const { PORT, TEMPORAL_ADDRESS = '', TEMPORAL_NAMESPACE = '', TASK_QUEUE = '' } = process.env;
const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
const client = new Client({ connection, namespace: TEMPORAL_NAMESPACE });

/**
 * @param {string} workflow
 * @param {string} verb
 * @param {unknown} input
 */
async function begin(workflow, verb, input) {
  const workflowId = `${workflow}-${randomUUID()}`;
  const options = { taskQueue: TASK_QUEUE, workflowId, args: [input] };
  if (verb === 'execute') return { workflowId, result: await client.workflow.execute(workflow, options) };
  const { firstExecutionRunId } = await client.workflow.start(workflow, options);
  return { workflowId, temporalRunId: firstExecutionRunId };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer((request, response) => {
  const [, , , workflow = '', verb = ''] = (request.url ?? '').split('/');
  if (request.method === 'GET') return answer(response, 200, { status: 'ok' });
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    // Parses the body like our API.
    void request.headers['idempotency-key'];
    Promise.resolve(Buffer.concat(chunks).toString())
      .then((text) => begin(workflow, verb, JSON.parse(text)))
      .then(
        (body) => answer(response, verb === 'execute' ? 200 : 202, body),
        (error) => answer(response, 500, { message: String(error) }),
      );
  });
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
