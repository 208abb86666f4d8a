import { pg } from './pg.js';

/**
 * pg's client, with someone who hears of its errors from the first moment on. Sequelize listens only once it has been given the
 * connection: a server that dies right after it has let a client in, in the same packet, would end this process. The connection is
 * useless then, which the first query on it finds.
 */
class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}

/** pg as Sequelize takes it (`dialectModule`). */
export const heardPg: object = { ...pg, Client: HeardClient };
