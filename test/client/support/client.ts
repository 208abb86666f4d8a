import { type Client, createClient, type Run } from '../../../client/client.js';
import type { TestApi } from '../../../platform/testing/api/support/api.js';

type Fetch = (request: Request) => Promise<Response>;
type Handle = Omit<
  Awaited<ReturnType<Client['start']>>,
  'run' | 'result' | 'query' | 'update' | 'signal' | 'events'
> & {
  run(): Promise<Run>;
  result(): Promise<unknown>;
  query(name: string): Promise<unknown>;
  update(name: string, input?: unknown): Promise<unknown>;
  signal(name: string, input?: unknown): Promise<unknown>;
  events(): AsyncIterable<Run>;
};

/** The client with the types of no contract: the test platform runs workflows that the product does not have. */
export interface UntypedClient {
  start(workflow: string, input?: unknown, options?: { idempotencyKey?: string }): Promise<Handle>;
  execute(workflow: string, input?: unknown, options?: { wait?: string }): Promise<unknown>;
  run(workflow: string, id: string): Handle;
  runs(filter?: { workflow?: string; limit?: number }): AsyncIterable<Run>;
}

/** A client of a test platform. Every answer that it receives is compared with the contract. */
export const clientOf = (api: TestApi, change: (fetch: Fetch) => Fetch = (fetch) => fetch): UntypedClient =>
  createClient({ baseUrl: `http://127.0.0.1:${api.port}`, fetch: change(fetchOf(api)) }) as unknown as UntypedClient;

const fetchOf =
  ({ fetch }: TestApi): Fetch =>
  async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers, signal } = request;
    const body = method === 'POST' ? { body: await request.text() } : {};
    return fetch(`${pathname}${search}`, { method, headers, signal, ...body });
  };
