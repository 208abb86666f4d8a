import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenProps {
  readonly host: string;
  /** 0 selects any free port. */
  readonly port: number;
  /** Names of the settings for host and port, for error messages. */
  readonly settings: { readonly host: string; readonly port: string };
}

/** The server cannot listen on the address. The message is one line and names the setting to change. */
export class AddressUnavailable extends Error {
  readonly code = 'address-unavailable';
  constructor(props: ListenProps, cause: NodeJS.ErrnoException) {
    super(messageOf(props, cause.code), { cause });
    this.name = new.target.name;
  }
}

/**
 * Starts listening and resolves to the port.
 * @throws {AddressUnavailable} the port is in use or requires privileges, or the host is not an address of this machine
 */
export async function listen(server: Server, props: ListenProps): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new AddressUnavailable(props, error));
    server.once('error', fail);
    server.listen({ host: props.host, port: props.port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function messageOf({ host, port, settings }: ListenProps, code = 'unknown error'): string {
  const otherPort = `set ${settings.port} to another port`;
  if (code === 'EADDRINUSE') return `Port ${port} is in use on ${host}; ${otherPort}`;
  if (code === 'EACCES') return `This user has no permission to open port ${port}; ${otherPort}`;
  return `Cannot listen on ${host}:${port} (${code}); set ${settings.host} to an address of this machine`;
}
