import type {
  Client,
  ClientProps,
  ExecuteOptions,
  KeyedOptions,
  Run,
  RunFilter,
  RunHistory,
} from '../../../client/client.js';
import { createClient } from '../../../client/client.js';
import type { CallOptions } from '../../../client/deadline.js';
import type { TestApi } from '../../../platform/testing/api/support/api.js';

type Fetch = (request: Request) => Promise<Response>;

export interface UntypedHandle {
  readonly id: string;
  run(options?: CallOptions): Promise<Run>;
  result(options?: CallOptions): Promise<unknown>;
  signal(name: string, input?: unknown, options?: CallOptions): Promise<void>;
  query(name: string, options?: CallOptions): Promise<unknown>;
  update(name: string, input?: unknown, options?: KeyedOptions): Promise<unknown>;
  cancel(options?: CallOptions): Promise<Run>;
  terminate(reason?: string, options?: CallOptions): Promise<Run>;
  history(options?: CallOptions): Promise<RunHistory>;
  events(options?: CallOptions): AsyncIterable<Run>;
}

/** The client without the types of the contract: the tests start workflows that the product does not have. */
export interface UntypedClient extends Pick<Client, 'api'> {
  start(workflow: string, input?: unknown, options?: KeyedOptions): Promise<UntypedHandle>;
  execute(workflow: string, input?: unknown, options?: ExecuteOptions): Promise<unknown>;
  run(workflow: string, id: string): UntypedHandle;
  runs(filter?: Omit<RunFilter, 'workflow'> & { workflow?: string }, options?: CallOptions): AsyncIterable<Run>;
}

export const untypedClient = (props: ClientProps): UntypedClient => createClient(props) as unknown as UntypedClient;

/** A client of a test platform. Every response that it receives is compared with the contract. */
export const clientOf = (api: TestApi, change: (fetch: Fetch) => Fetch = (fetch) => fetch): UntypedClient =>
  untypedClient({ baseUrl: `http://127.0.0.1:${api.port}`, fetch: change(fetchOf(api)) });

const fetchOf =
  ({ fetch }: TestApi): Fetch =>
  async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers, signal } = request;
    const body = method === 'POST' ? { body: await request.text() } : {};
    return fetch(`${pathname}${search}`, { method, headers, signal, ...body });
  };
