import { HttpConnection } from '../load/http-connection.js';
import { type HttpRequest, writeHead, writeRequest } from '../load/http-request.js';
import type { DatabaseEnvironment } from '../platform.js';
import type { Bench } from './bench.js';
import { executeGreet } from './greet.js';

const count = 100;

/** A run for reading could not be created. */
class RunNotMade extends Error {
  readonly code = 'run-not-made';
  constructor(status: number, body: string) {
    super(`Cannot create a run for reading: ${status} ${body}`);
    this.name = 'RunNotMade';
  }
}

/**
 * Creates completed runs with our API and worker.
 * @returns requests that read them
 */
export async function completedRuns(
  { sides }: Bench,
  database: DatabaseEnvironment,
  namespace: string,
): Promise<HttpRequest[]> {
  await sides.worker(database, namespace);
  const { host, port } = await sides.api(database, namespace);
  const connection = await HttpConnection.open(host, port);
  const requests: HttpRequest[] = [];
  const text = writeRequest(writeHead(executeGreet, host), executeGreet);
  while (requests.length < count) {
    const answer = await connection.send(text);
    if (answer.status !== 200) throw new RunNotMade(answer.status, answer.body.toString());
    requests.push({ method: 'GET', path: `/v1/runs/${JSON.parse(answer.body.toString()).id}` });
  }
  connection.close();
  await sides.stop();
  return requests;
}
