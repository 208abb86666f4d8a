import { randomUUID } from 'node:crypto';
import { closedLoop, type LoopResult } from './closed-loop.js';
import { type Answer, HttpConnection } from './http-connection.js';
import { type HttpRequest, writeHead, writeRequest } from './http-request.js';
import { type HttpJob, writeResult } from './job.js';

/** `node http-load.ts JOB`: sends requests to a server and writes the measurements as JSON. */

/** The server answered with another status, so the measurement is invalid. */
class AnswerUnexpected extends Error {
  readonly code = 'answer-unexpected';
  constructor({ method, path }: HttpRequest, expected: number, { status, body }: Answer) {
    super(`${method} ${path} returned ${status} instead of ${expected}: ${body.toString('utf8').slice(0, 500)}`);
    this.name = 'AnswerUnexpected';
  }
}

const job: HttpJob = JSON.parse(process.argv[2] ?? '');
const requests = job.requests.map((request) => ({ request, head: writeHead(request, `${job.host}:${job.port}`) }));

async function load(): Promise<LoopResult> {
  const connections = await Promise.all(
    Array.from({ length: job.callers }, () => HttpConnection.open(job.host, job.port)),
  );
  let turn = 0;
  return closedLoop(job, async (caller) => {
    const next = requests[turn++ % requests.length];
    const connection = connections[caller];
    if (!next || !connection) throw new RangeError('The job has no requests');
    const key = job.withKeys ? randomUUID() : undefined;
    const answer = await connection.send(writeRequest(next.head, next.request, key));
    if (answer.status !== job.expected) throw new AnswerUnexpected(next.request, job.expected, answer);
  });
}

await writeResult(load());
