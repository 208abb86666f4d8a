import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { ClientProps } from '../../../client/client.js';
import { type UntypedClient, untypedClient } from './client.js';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Time of arrival, by `performance.now()`. */
  readonly at: number;
}

export type Step = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedApi {
  readonly baseUrl: string;
  readonly client: UntypedClient;
  readonly requests: readonly RecordedRequest[];
  /** Creates a client with these options besides the base URL. */
  clientWith(props: Partial<ClientProps>): UntypedClient;
}

/** Starts a server that answers each request with the next step, and all further ones with the last. It stops with the test. */
export async function startScriptedApi(t: ExecutionContext, ...steps: readonly Step[]): Promise<ScriptedApi> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const at = performance.now();
    const step = steps[Math.min(requests.length, steps.length - 1)];
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: '', at };
    requests.push(entry);
    request.setEncoding('utf8');
    for await (const chunk of request) entry.body += chunk;
    step?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientWith = (props: Partial<ClientProps>) => untypedClient({ baseUrl, timeoutMs: 30_000, ...props });
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { baseUrl, client: clientWith({}), requests, clientWith };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };

export const problem = (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Step =>
  json(
    status,
    { type: `urn:atlas:problem:${code}`, title: `Title of ${code}`, status, code, requestId: 'r-1', ...more },
    { 'Content-Type': 'application/problem+json', ...headers },
  );

/** Closes the connection without a response. */
export const hangUp: Step = (response) => {
  response.destroy();
};

/** Never responds. */
export const silent: Step = () => {};

export const run = (status = 'running', more: object = {}) => ({
  id: '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10',
  workflow: 'hello',
  status,
  result: status === 'completed' ? { greeting: 'Hello' } : null,
  failure: null,
  problems: [],
  ...more,
});
