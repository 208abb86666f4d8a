import { createSocket, type Socket } from 'node:dgram';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { isFree } from '../cli/port-free.js';

export interface PortRequest {
  readonly title: string;
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  /** Whether the user set it: then it cannot move. */
  readonly set: boolean;
}

/** Requests for ports of the loopback interface, each of which moves to the next free port if it is in use. */
export const loopbackPorts = <Name extends string>(
  first: Readonly<Record<Name, number>>,
): Readonly<Record<Name, PortRequest>> =>
  Object.fromEntries(
    Object.entries<number>(first).map(([title, port]) => [
      title,
      { title, variable: '', host: '127.0.0.1', port, set: false },
    ]),
  ) as Record<Name, PortRequest>;

export interface PortPlan<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Services whose default port is in use, with their new ports. */
  readonly moved: readonly { readonly request: PortRequest; readonly port: number }[];
  /** Makes the ports available to other starts on this machine. */
  release(): void;
}

/**
 * Assigns a port to each service: the one that the user set, the default one, or the next free one.
 * No two starts on one machine have the same port in their plans until one of them releases it.
 * @throws {CommandFault} a port that the user set is in use, or set twice; or no server can listen on its address
 */
export async function planPorts<Name extends string>(
  requests: Readonly<Record<Name, PortRequest>>,
): Promise<PortPlan<Name>> {
  const names = Object.keys(requests) as Name[];
  rejectClashes(names.map((name) => requests[name]).filter(({ set }) => set));
  const reservations: Socket[] = [];
  const ports: Partial<Record<Name, number>> = {};
  const moved: { request: PortRequest; port: number }[] = [];
  const taken: PortRequest[] = [];
  // Ports that cannot move first, then free default ports: a service that moves must not take one of these.
  const left: Name[] = [];
  for (const name of names.toSorted((a, b) => Number(requests[b].set) - Number(requests[a].set))) {
    const request = requests[name];
    if (await take(request, request.port)) ports[name] = request.port;
    else if (request.set) taken.push(request);
    else left.push(name);
  }
  if (taken.length > 0) {
    release();
    const describe = ({ title, variable, port }: PortRequest) =>
      `Port ${port}, set by ${variable} for ${title}, is in use. To find the program that uses it: lsof -nP -iTCP:${port} -sTCP:LISTEN`;
    throw new CommandFault(taken.map(describe).join('\n'), { code: 'ports-taken' });
  }
  for (const name of left) {
    const request = requests[name];
    let port = request.port + 1;
    while (!(await take(request, port))) port = port < 65_535 ? port + 1 : 1024;
    ports[name] = port;
    moved.push({ request, port });
  }
  return { ports: ports as Record<Name, number>, moved, release };

  async function take(request: PortRequest, port: number): Promise<boolean> {
    if (Object.values(ports).includes(port) || !(await isFree(request.host, port))) return false;
    const reservation = await reservePort(port);
    if (reservation) reservations.push(reservation);
    return reservation !== undefined || request.set;
  }

  function release(): void {
    for (const reservation of reservations.splice(0)) reservation.close();
  }
}

function rejectClashes(set: readonly PortRequest[]): void {
  for (const [index, request] of set.entries()) {
    const other = set.slice(0, index).find(({ port }) => port === request.port);
    if (other)
      throw new CommandFault(
        `${other.variable} and ${request.variable} are both set to port ${other.port}: change one of them`,
        { code: 'ports-clash' },
      );
  }
}

/**
 * Reserves a TCP port among all starts of the platform by binding the UDP port with the same number, which no service uses.
 * The system releases it when the process ends.
 */
function reservePort(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket.unref()));
  });
}
