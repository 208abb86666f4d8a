import { createSocket, type Socket } from 'node:dgram';
import { isFree } from '../cli/port-free.js';

/** A port that the platform listens on. */
export interface PortWish {
  /** As it is called on the screen. */
  readonly title: string;
  /** The setting that it comes from. */
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  /** Whether the user chose it: then it is that one or none. */
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

/** Ports that the user set are in use; the message names each, its variable, and how to find the holder. */
class PortsTaken extends Error {
  readonly code = 'ports-taken';
  constructor(readonly taken: readonly PortWish[]) {
    super(
      taken
        .map(
          ({ title, variable, port }) =>
            `Port ${port}, set by ${variable} for ${title}, is in use. See who holds it with: lsof -nP -iTCP:${port} -sTCP:LISTEN`,
        )
        .join('\n'),
    );
    this.name = 'PortsTaken';
  }
}

/** The same port is set for two of the platform's own services. */
class PortsClash extends Error {
  readonly code = 'ports-clash';
  constructor(one: PortWish, other: PortWish) {
    super(`${one.variable} and ${other.variable} are both set to port ${one.port}; give one of them another`);
    this.name = 'PortsClash';
  }
}

export interface PortPlan<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Default ports that were in use, and where their services went instead. */
  readonly moved: readonly { readonly wish: PortWish; readonly port: number }[];
  /** Lets other starts on this machine have the ports. */
  release(): void;
}

/**
 * Gives each service a port of its own: the one the user set, or the default one, or the next free one after that.
 * Two starts on one machine never plan the same port, even at the same instant, until the plan is released.
 * @throws {PortsTaken | PortsClash | AddressUnusable}
 */
export async function planPorts<Name extends string>(
  wishes: Readonly<Record<Name, PortWish>>,
): Promise<PortPlan<Name>> {
  const names = Object.keys(wishes) as Name[];
  refuseClashes(names.map((name) => wishes[name]).filter(({ set }) => set));
  const holds: Socket[] = [];
  const ports: Partial<Record<Name, number>> = {};
  const moved: { wish: PortWish; port: number }[] = [];
  const taken: PortWish[] = [];
  // First those that cannot give way, then the defaults that are free, so that one that moves drives away no other.
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

function refuseClashes(set: readonly PortWish[]): void {
  for (const [index, wish] of set.entries()) {
    const other = set.slice(0, index).find(({ port }) => port === wish.port);
    if (other) throw new PortsClash(other, wish);
  }
}

/**
 * Keeps a TCP port for this process among all starts of the platform, by binding the UDP port of the same number, which
 * none of its services uses. The system takes it back when the process ends, however it ends.
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
