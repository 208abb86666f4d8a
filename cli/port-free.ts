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

/** Whether a server could listen there now. @throws {AddressUnusable} none ever could */
export async function isFree(host: string, port: number): Promise<boolean> {
  // On macOS a port that another program has on all addresses can still be bound on one of them.
  return !(await isAnswered(host, port)) && (await canListen(host, port));
}

const everywhere = ['0.0.0.0', '::'];

function isAnswered(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: everywhere.includes(host) ? '127.0.0.1' : host, timeout: 500 });
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
