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
  constructor({ host, port, settings }: ListenProps, cause: NodeJS.ErrnoException) {
    super(`${reason(host, port, cause.code)}; ${advice(settings, cause.code)}`, { cause });
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

function reason(host: string, port: number, code: string | undefined): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use on ${host}`;
  if (code === 'EACCES') return `This user has no permission to open port ${port}`;
  return `Cannot listen on ${host}:${port} (${code ?? 'unknown error'})`;
}

const advice = (settings: ListenProps['settings'], code: string | undefined): string =>
  code === 'EADDRINUSE' || code === 'EACCES'
    ? `set ${settings.port} to another port`
    : `set ${settings.host} to an address of this machine`;
