import { anonymous } from '../../auth/api-key.js';
import type { Authenticator } from '../../auth/authenticator.js';
import { allows, type Scope, scopes } from '../../auth/scopes.js';
import { DatabaseUnavailable, SchemaOutdated } from '../../errors/platform.js';
import type { ApiCaller, ApiContext, ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';
import type { RequestLimiter } from './request-limiter.js';

/** Makes of a scope the middleware that lets in who may do what needs it. */
export type Authorize = (needed: Scope) => ApiMiddleware;

export interface AuthorizeDeps {
  /** @default - nobody needs a key */
  readonly authenticator?: Authenticator | undefined;
  /** Counts the requests of each caller. */
  readonly limit: RequestLimiter;
}

const challenge = 'Bearer realm="atlas"';

/**
 * Puts the caller into the state of the request. Who has no key, or not the right one, is not told which of its parts was wrong.
 * Throws `unauthenticated`, `scope-missing` and `rate-limited`.
 */
export const createAuthorize = ({ authenticator, limit }: AuthorizeDeps): Authorize => {
  const callerOf = authenticator ? bearerOf(authenticator) : everybody;
  return (needed) => async (ctx, next) => {
    const caller = await callerOf(ctx);
    ctx.state.caller = caller;
    await limit.count(ctx, caller.name);
    if (!allows(caller.scopes, needed)) {
      throw new HttpProblem('scope-missing', `The key needs the scope ${needed}`, {
        headers: { 'WWW-Authenticate': `${challenge}, error="insufficient_scope", scope="${needed}"` },
      });
    }
    return next();
  };
};

/**
 * Whether a request carries a valid key, whatever its scopes, where the key is optional. Rejects an invalid key, because its holder would
 * take the shorter answer for the whole one. While the database is away no key can be verified: such a request counts as one without a key,
 * so that the API can still tell its state.
 * Throws `unauthenticated` and `rate-limited`.
 */
export const createHasKey = ({ authenticator, limit }: Required<AuthorizeDeps> & { authenticator: Authenticator }) => {
  const callerOf = bearerOf(authenticator);
  return async (ctx: ApiContext): Promise<boolean> => {
    if (ctx.req.headers.authorization === undefined) return false;
    try {
      const { name } = await callerOf(ctx);
      await limit.count(ctx, name);
      return true;
    } catch (error) {
      if (error instanceof DatabaseUnavailable || error instanceof SchemaOutdated) return false;
      throw error;
    }
  };
};

const everybody = async ({ state }: ApiContext): Promise<ApiCaller> => ({
  name: anonymous,
  scopes,
  seesAll: true,
  origin: { address: state.address, requestId: state.requestId },
});

const bearerOf =
  (authenticator: Authenticator) =>
  async ({ req, state }: ApiContext): Promise<ApiCaller> => {
    const given = req.headers.authorization;
    if (given === undefined) throw unauthenticated('Send a key as Authorization: Bearer …', challenge);
    const token = /^bearer +([^ ]+) *$/i.exec(given)?.[1];
    const key = token === undefined ? undefined : await authenticator.authenticate(token);
    if (!key) throw unauthenticated('The key is not one that is let in', `${challenge}, error="invalid_token"`);
    return {
      name: key.name,
      scopes: key.scopes,
      seesAll: allows(key.scopes, 'runs:admin'),
      origin: { keyId: key.id, address: state.address, requestId: state.requestId },
    };
  };

const unauthenticated = (message: string, header: string) =>
  new HttpProblem('unauthenticated', message, { headers: { 'WWW-Authenticate': header } });
