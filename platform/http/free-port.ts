import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/** Systems take ports of outgoing connections from a range above: Linux from 32768 on, others from 49152 on. */
const [first, beyond] = [10_000, 32_768];

/**
 * Finds a free port for a server that starts later or in another process. An outgoing connection can occupy a port that the system
 * chooses before the server listens; it cannot occupy this one.
 */
export const freePort = (host = '127.0.0.1'): Promise<number> =>
  getPort({ host, port: Array.from({ length: 50 }, () => randomInt(first, beyond)) });
