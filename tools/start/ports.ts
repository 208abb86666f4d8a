import { createSocket, type Socket } from 'node:dgram';
import { isFree } from '../cli/port-free.js';

/** A port that the platform listens on. */
export interface PortWish {
  /** Name on the screen. */
  readonly title: string;
  /** The setting that names the port. */
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  /** Whether the user set it: then it cannot move. */
  readonly set: boolean;
}

/** Wishes for ports of the loopback interface, each of which moves to the next free port if it is in use. */
export const loopbackPorts = <Name extends string>(
  first: Readonly<Record<Name, number>>,
): Readonly<Record<Name, PortWish>> =>
  Object.fromEntries(
    Object.entries<number>(first).map(([title, port]) => [
      title,
      { title, variable: '', host: '127.0.0.1', port, set: false },
    ]),
  ) as Record<Name, PortWish>;

/** Ports that the user set are in use. The message says how to find the programs that use them. */
class PortsTaken extends Error {
  readonly code = 'ports-taken';
  constructor(readonly taken: readonly PortWish[]) {
    super(
      taken
        .map(
          ({ title, variable, port }) =>
            `Port ${port}, set by ${variable} for ${title}, is in use. To find the program that uses it: lsof -nP -iTCP:${port} -sTCP:LISTEN`,
        )
        .join('\n'),
    );
    this.name = 'PortsTaken';
  }
}

/** Two services of the platform have the same port. */
class PortsClash extends Error {
  readonly code = 'ports-clash';
  constructor(one: PortWish, other: PortWish) {
    super(`${one.variable} and ${other.variable} are both set to port ${one.port}: change one of them`);
    this.name = 'PortsClash';
  }
}

export interface PortPlan<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Services whose default port is in use, with their new ports. */
  readonly moved: readonly { readonly wish: PortWish; readonly port: number }[];
  /** Makes the ports available to other starts on this machine. */
  release(): void;
}

/**
 * Assigns a port to each service: the one that the user set, the default one, or the next free one.
 * No two starts on one machine have the same port in their plans until one of them releases it.
 * @throws {PortsTaken | PortsClash | AddressUnusable}
 */
export async function planPorts<Name extends string>(
  wishes: Readonly<Record<Name, PortWish>>,
): Promise<PortPlan<Name>> {
  const names = Object.keys(wishes) as Name[];
  rejectClashes(names.map((name) => wishes[name]).filter(({ set }) => set));
  const holds: Socket[] = [];
  const ports: Partial<Record<Name, number>> = {};
  const moved: { wish: PortWish; port: number }[] = [];
  const taken: PortWish[] = [];
  // Ports that cannot move first, then free default ports: a service that moves must not take one of these.
  const rank = (name: Name) => (wishes[name].set ? 0 : 1);
  const left: Name[] = [];
  for (const name of names.toSorted((a, b) => rank(a) - rank(b))) {
    const wish = wishes[name];
    if (await take(wish, wish.port)) ports[name] = wish.port;
    else if (wish.set) taken.push(wish);
    else left.push(name);
  }
  if (taken.length > 0) {
    release();
    throw new PortsTaken(taken);
  }
  for (const name of left) {
    const wish = wishes[name];
    let port = wish.port + 1;
    while (!(await take(wish, port))) port = port < 65_535 ? port + 1 : 1024;
    ports[name] = port;
    moved.push({ wish, port });
  }
  return { ports: ports as Record<Name, number>, moved, release };

  async function take(wish: PortWish, port: number): Promise<boolean> {
    if (Object.values(ports).includes(port) || !(await isFree(wish.host, port))) return false;
    const hold = await holdPort(port);
    if (hold) holds.push(hold);
    return hold !== undefined || wish.set;
  }

  function release(): void {
    for (const hold of holds.splice(0)) hold.close();
  }
}

function rejectClashes(set: readonly PortWish[]): void {
  for (const [index, wish] of set.entries()) {
    const other = set.slice(0, index).find(({ port }) => port === wish.port);
    if (other) throw new PortsClash(other, wish);
  }
}

/**
 * Reserves a TCP port among all starts of the platform by binding the UDP port with the same number, which no service uses.
 * The system releases it when the process ends.
 */
function holdPort(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket.unref()));
  });
}
