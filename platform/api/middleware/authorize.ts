import { anonymous } from '../../auth/api-key.js';
import type { Authenticator, Principal } from '../../auth/principal.js';
import { allows, type Scope, scopes } from '../../auth/scopes.js';
import { DatabaseUnavailable, IssuerUnavailable, SchemaOutdated } from '../../errors/platform.js';
import type { Product } from '../../product.js';
import type { ApiCaller, ApiContext, ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';
import type { RequestLimiter } from './request-limiter.js';

/** Creates the middleware that requires a scope. */
export type Authorize = (needed: Scope) => ApiMiddleware;

export interface AuthorizeDeps {
  /** @default - requests need no credentials */
  readonly authenticator?: Authenticator | undefined;
  readonly product: Pick<Product, 'realm'>;
  /** Limits the requests of each caller. */
  readonly limit: RequestLimiter;
}

/**
 * Sets the caller in the state of the request. The answer to an invalid key or token does not reveal why it is invalid.
 * @throws {HttpProblem} `unauthenticated`, `scope-missing` or `rate-limited`, from the middleware
 */
export const createAuthorize = ({ authenticator, product, limit }: AuthorizeDeps): Authorize => {
  const challenge = challengeOf(product);
  const callerOf = authenticator ? bearerOf(authenticator, challenge) : anonymousCaller;
  return (needed) => async (ctx, next) => {
    const caller = await callerOf(ctx);
    ctx.state.caller = caller;
    await limit.count(ctx, caller.name);
    if (!allows(caller.scopes, needed)) {
      const what = caller.origin.keyId === undefined ? 'token' : 'API key';
      throw new HttpProblem('scope-missing', `The ${what} needs the scope ${needed}`, {
        headers: { 'WWW-Authenticate': `${challenge}, error="insufficient_scope", scope="${needed}"` },
      });
    }
    return next();
  };
};

/**
 * Whether a request has a valid key or token, with any scopes, where they are optional. Rejects an invalid one, because its holder would
 * mistake the shorter answer for the complete one. While it cannot be verified, the request counts as one without, so that the API can still
 * report its state.
 * @throws {HttpProblem} `unauthenticated` or `rate-limited`
 */
export const createHasKey = ({
  authenticator,
  product,
  limit,
}: Required<AuthorizeDeps> & { authenticator: Authenticator }) => {
  const callerOf = bearerOf(authenticator, challengeOf(product));
  return async (ctx: ApiContext): Promise<boolean> => {
    if (ctx.req.headers.authorization === undefined) return false;
    try {
      const { name } = await callerOf(ctx);
      await limit.count(ctx, name);
      return true;
    } catch (error) {
      if (unverifiable.some((kind) => error instanceof kind)) return false;
      throw error;
    }
  };
};

/** Thrown while credentials cannot be verified. */
const unverifiable = [DatabaseUnavailable, SchemaOutdated, IssuerUnavailable];

const challengeOf = ({ realm }: Pick<Product, 'realm'>): string => `Bearer realm="${realm}"`;

const anonymousCaller = async ({ state }: ApiContext): Promise<ApiCaller> => ({
  name: anonymous,
  scopes,
  seesAll: true,
  origin: { address: state.address, requestId: state.requestId },
});

const bearerOf =
  (authenticator: Authenticator, challenge: string) =>
  async ({ req, state }: ApiContext): Promise<ApiCaller> => {
    const { credentials } = authenticator;
    const given = req.headers.authorization;
    if (given === undefined)
      throw unauthenticated(`Send your ${credentials} as Authorization: Bearer <${credentials}>`, challenge);
    const token = /^bearer +([^ ]+) *$/i.exec(given)?.[1];
    const principal = token === undefined ? undefined : await authenticator.authenticate(token);
    if (!principal) throw unauthenticated(`Invalid ${credentials}`, `${challenge}, error="invalid_token"`);
    return toCaller(principal, state);
  };

const toCaller = ({ name, scopes, keyId }: Principal, { address, requestId }: ApiContext['state']): ApiCaller => ({
  name,
  scopes,
  seesAll: allows(scopes, 'runs:admin'),
  origin: { keyId, address, requestId },
});

const unauthenticated = (message: string, header: string) =>
  new HttpProblem('unauthenticated', message, { headers: { 'WWW-Authenticate': header } });
