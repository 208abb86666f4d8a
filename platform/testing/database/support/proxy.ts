import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ExecutionContext } from 'ava';
import type { DatabaseSettings } from '../../../database/connection.js';

type Target = Pick<DatabaseSettings, 'POSTGRES_HOST' | 'POSTGRES_PORT'>;
type Handler = (client: Socket) => void;

/** A server in place of PostgreSQL or Temporal. */
export interface FakeServer {
  readonly port: number;
  /** Closes all connections, like a broken network. */
  cut(): void;
}

/** Listens on a free port (or `port`) of 127.0.0.1 until the test ends. */
export async function listen(t: Pick<ExecutionContext, 'teardown'>, handler: Handler, port = 0): Promise<FakeServer> {
  const clients = new Set<Socket>();
  const cut = () => {
    for (const client of clients) client.destroy();
  };
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    handler(client);
  });
  await listening(server, port);
  t.teardown(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, cut };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

/** A connection to a server that tests can interrupt. */
export interface Line {
  readonly port: number;
  /** Closes all connections and accepts no more. */
  cut(): void;
  mend(): void;
}

/** Listens until the test ends. */
export async function openLine(t: Pick<ExecutionContext, 'teardown'>, handler: Handler): Promise<Line> {
  let isCut = false;
  const { port, cut } = await listen(t, (client) => (isCut ? client.destroy() : handler(client)));
  return {
    port,
    cut() {
      isCut = true;
      cut();
    },
    mend() {
      isCut = false;
    },
  };
}

/** Forwards all data to PostgreSQL. */
export const forward = ({ POSTGRES_HOST, POSTGRES_PORT }: Target): Handler => forwardTo(POSTGRES_HOST, POSTGRES_PORT);

/** Forwards all data to this server. */
export const forwardTo =
  (host: string, port: number): Handler =>
  (client) => {
    const server = openSocket(port, host);
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => server.destroy());
    client.pipe(server).pipe(client);
  };

/** Rejects the login: an ErrorResponse (protocol 3.0) with this SQLSTATE. */
export const refuse =
  (sqlState: string, message: string): Handler =>
  (client) => {
    client.once('data', () => {
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(fields.length + 4, 1);
      client.end(Buffer.concat([head, fields]));
    });
  };

/** Terminates TLS with this certificate and forwards the data. */
export const forwardFromTls =
  (target: Target, { cert, key }: { readonly cert: string; readonly key: string }): Handler =>
  (client) => {
    client.once('data', () => {
      // The first message is the SSLRequest: one byte answers it, then the TLS handshake starts.
      client.write('S');
      const inside = new TLSSocket(client, {
        isServer: true,
        cert: readFileSync(cert),
        key: readFileSync(key),
      });
      inside.on('error', () => client.destroy());
      forward(target)(inside);
    });
  };
