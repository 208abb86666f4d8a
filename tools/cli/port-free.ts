import { lookup } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { CommandFault } from './faults.js';

/** No port is in the way, but this user or this machine cannot listen there. */
export class AddressUnusable extends CommandFault {
  override readonly code = 'address-unusable';
  /** It is not impossible, but not for this user. */
  readonly isForbidden: boolean;
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const why = cause.code === 'EACCES' ? 'this user may not' : cause.message;
    super(`Nothing can listen on ${host}, port ${port}: ${why}`, { cause });
    this.isForbidden = cause.code === 'EACCES';
    this.name = 'AddressUnusable';
  }
}

/**
 * Whether a server could listen there now, and be the one that people reach. Where it is reached as `localhost`, the port must be free
 * on every address of that name: a browser tries `[::1]` first, and would show another program that listens on nothing else.
 * @throws {AddressUnusable} none ever could
 */
export async function isFree(host: string, port: number): Promise<boolean> {
  const others = await otherAddresses(host);
  // First of all: an address that is not this machine's is one that nothing is sent to.
  if (!(await canListen(host, port))) return false;
  // On macOS a port that another program has on all addresses can still be bound on one of them.
  const answers = await Promise.all([reachable(host), ...others].map((address) => isAnswered(address, port)));
  if (answers.includes(true)) return false;
  for (const address of others) if (!(await canListen(address, port).catch(isNotOfThisMachine))) return false;
  return true;
}

const everywhere = ['0.0.0.0', '::'];
const loopbacks = ['127.0.0.1', '::1'];

const reachable = (host: string): string => (everywhere.includes(host) ? '127.0.0.1' : host);

/** The addresses of `localhost` besides `host`, where a server on `host` is reached by that name; else none. */
async function otherAddresses(host: string): Promise<string[]> {
  const known = await lookup('localhost', { all: true }).catch(() => []);
  const local = new Set([...loopbacks, ...known.map(({ address }) => address)]);
  if (host !== 'localhost' && !local.has(host) && !everywhere.includes(host)) return [];
  return [...local].filter((address) => address !== host);
}

/** Without IPv6, or with it switched off, there is no `::1` that another program could have. */
function isNotOfThisMachine(error: unknown): true {
  if (error instanceof AddressUnusable) return true;
  throw error;
}

function isAnswered(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 500 });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new AddressUnusable(host, port, error));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
