import { lookup } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { CommandFault } from '../../platform/errors/command-fault.js';

/** The port is not in use, but this user or this machine cannot listen on the address. */
export class AddressUnusable extends CommandFault {
  /** Another user can listen there. */
  readonly isForbidden: boolean;
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const isForbidden = cause.code === 'EACCES';
    const why = isForbidden ? 'this user has no permission' : cause.message;
    super(`Cannot listen on ${host}, port ${port}: ${why}`, { code: 'address-unusable', cause });
    this.isForbidden = isForbidden;
  }
}

/**
 * Whether a server can listen there and is the one that clients reach. If clients reach it as `localhost`, the port must be free on
 * every address of that name: a browser tries `[::1]` first, and would reach another program there.
 * @throws {AddressUnusable} no server can listen there
 */
export async function isFree(host: string, port: number): Promise<boolean> {
  const others = await otherAddresses(host);
  // First, because it throws for addresses of other machines, to which nothing must be sent.
  if (!(await canListen(host, port))) return false;
  // On macOS, a program can bind one address of a port that another program has bound on all addresses.
  const answers = await Promise.all([reachable(host), ...others].map((address) => isAnswered(address, port)));
  if (answers.includes(true)) return false;
  for (const address of others) if (!(await canListen(address, port).catch(isNotOfThisMachine))) return false;
  return true;
}

const everywhere = ['0.0.0.0', '::'];
const loopbacks = ['127.0.0.1', '::1'];

const reachable = (host: string): string => (everywhere.includes(host) ? '127.0.0.1' : host);

/** The other addresses of `localhost`, if clients reach a server on `host` by that name. */
async function otherAddresses(host: string): Promise<string[]> {
  const known = await lookup('localhost', { all: true }).catch(() => []);
  const local = new Set([...loopbacks, ...known.map(({ address }) => address)]);
  if (host !== 'localhost' && !local.has(host) && !everywhere.includes(host)) return [];
  return [...local].filter((address) => address !== host);
}

/** Without IPv6, no program can use `::1`. */
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
