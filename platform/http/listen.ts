import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenProps {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Names of the settings that host and port come from, for the message when they cannot be had. */
  readonly settings: { readonly host: string; readonly port: string };
}

/** The address is not to be had; the message is one line that says what to change. */
export class AddressUnavailable extends Error {
  readonly code = 'address-unavailable';
  constructor({ host, port, settings }: ListenProps, cause: NodeJS.ErrnoException) {
    super(`${reason(host, port, cause.code)}; ${advice(settings, cause.code)}`, { cause });
    this.name = new.target.name;
  }
}

/**
 * Listens, and resolves to the port once connections are taken.
 * @throws {AddressUnavailable} the port is in use or may not be opened, or the host is not an address of this machine
 */
export async function listen(server: Server, props: ListenProps): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(new AddressUnavailable(props, error));
    server.once('error', refuse);
    server.listen({ host: props.host, port: props.port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function reason(host: string, port: number, code: string | undefined): string {
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is in use`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user`;
  return `${host}:${port} cannot be listened on (${code ?? 'unknown error'})`;
}

const advice = (settings: ListenProps['settings'], code: string | undefined): string =>
  code === 'EADDRINUSE' || code === 'EACCES'
    ? `set ${settings.port} to another port`
    : `set ${settings.host} to an address of this machine`;
