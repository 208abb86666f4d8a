import type { Scope } from './scopes.js';

/** Who sends a request, according to its credentials. */
export interface Principal {
  /** The caller, who owns runs and idempotency keys. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Id of the API key. @default - the credentials are a token of an OIDC issuer */
  readonly keyId?: string;
}

/** Verifies credentials. Safe to call concurrently. */
export interface Authenticator {
  /** What it accepts, in words for callers. */
  readonly credentials: string;
  /**
   * @returns `undefined` for invalid credentials, without a hint why they are
   * @throws {DatabaseUnavailable | SchemaOutdated | IssuerUnavailable} they cannot be verified now
   */
  authenticate(credentials: string): Promise<Principal | undefined>;
}

/** JSON Web Tokens have two dots; API keys have none. */
const isToken = (credentials: string): boolean => credentials.includes('.');

/** Accepts both kinds of credentials. */
export const either = (keys: Authenticator, oidc: Authenticator): Authenticator => ({
  credentials: `${keys.credentials} or ${oidc.credentials}`,
  authenticate: (credentials) => (isToken(credentials) ? oidc : keys).authenticate(credentials),
});
