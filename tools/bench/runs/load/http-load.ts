import { randomUUID } from 'node:crypto';
import { closedLoop, type LoopResult } from './closed-loop.js';
import { type Answer, HttpConnection } from './http-connection.js';
import { type HttpRequest, writeHead, writeRequest } from './http-request.js';
import { type HttpJob, tell } from './job.js';

/** `node http-load.ts JOB`: sends requests to one server and writes what it has measured on standard output, as JSON. */

/** An answer that is not the one that was asked for: what is measured then is something else. */
class AnswerUnexpected extends Error {
  readonly code = 'answer-unexpected';
  constructor({ method, path }: HttpRequest, expected: number, { status, body }: Answer) {
    super(`${method} ${path} was answered with ${status}, not ${expected}: ${body.toString('utf8').slice(0, 500)}`);
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

await tell(load());
