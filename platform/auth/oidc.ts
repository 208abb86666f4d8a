import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { IssuerUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import type { Authenticator } from './principal.js';
import { isScope, type Scope } from './scopes.js';

export interface OidcOptions {
  readonly issuer: string;
  /** A token is for this API if its claim `aud` is or contains this. */
  readonly audience: string;
  /** JWS algorithms; asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** How far the clocks of the issuer and of this machine may differ, in seconds. */
  readonly clockSkewSeconds: number;
  /** The claim that names the caller. */
  readonly callerClaim: string;
  /** The claim with the scopes, groups or roles: an array of strings, or a string with spaces between them. */
  readonly scopesClaim: string;
  /** The scopes that each value of this claim grants. @default - the values are the names of scopes */
  readonly scopes?: ReadonlyMap<string, readonly Scope[]> | undefined;
  /** Finds the issuer's key for a token. */
  readonly keys: JWTVerifyGetKey;
  readonly logger: Pick<Logger, 'debug'>;
}

/** Names of such callers begin with this, which no API key's name can: a token cannot take over the runs of a key. */
const oidcCallerPrefix = 'oidc:';

/** Verifies the access tokens (JWTs) of an OIDC issuer. Log lines of level debug say why a token is invalid. */
export function createOidcAuthenticator({ keys, logger, ...options }: OidcOptions): Authenticator {
  const { issuer, audience, clockSkewSeconds: clockTolerance } = options;
  const expected = { issuer, audience, clockTolerance, algorithms: [...options.algorithms], requiredClaims: ['exp'] };
  const authenticate: Authenticator['authenticate'] = async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, expected);
      const fault = faultOf(payload, protectedHeader.typ);
      const name = claimAt(payload, options.callerClaim);
      if (fault === undefined && isCallerName(name))
        return { name: `${oidcCallerPrefix}${name}`, scopes: scopesOf(payload, options) };
      logger.debug({ reason: fault ?? `no valid name in ${options.callerClaim}` }, 'A token is invalid');
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw error;
      // A key of the issuer that cannot be used, such as an RSA key of 1024 bits.
      if (!(error instanceof errors.JOSEError))
        throw new IssuerUnavailable(`The keys of ${issuer} cannot be used`, { cause: error });
      // Without the error itself, which contains the claims.
      logger.debug({ reason: error.message }, 'A token is invalid');
    }
    return undefined;
  };
  return { credentials: 'token', authenticate };
}

const accessTokenTypes: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** Why the token is none that a caller can present to an API (RFC 9068); `undefined` if it is one. */
function faultOf(payload: JWTPayload, type: string | undefined): string | undefined {
  if (!accessTokenTypes.includes(type?.toLowerCase())) return `its type is ${type}`;
  const other = ['at_hash', 'c_hash', 'events'].find((claim) => Object.hasOwn(payload, claim));
  if (other !== undefined) return `it is an ID token or a logout token: it has the claim ${other}`;
  // Only the holder of another key may use it, which the API cannot check.
  return Object.hasOwn(payload, 'cnf') ? 'it is bound to its sender' : undefined;
}

/** 1 to 200 characters; no control, format or unassigned ones, and no halves of one. */
const isCallerName = (value: unknown): value is string => typeof value === 'string' && /^[^\p{C}]{1,200}$/u.test(value);

function scopesOf(payload: JWTPayload, { scopesClaim, scopes }: Pick<OidcOptions, 'scopesClaim' | 'scopes'>): Scope[] {
  const claim = claimAt(payload, scopesClaim);
  const values: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  const granted = values.flatMap((value) => {
    if (typeof value !== 'string') return [];
    if (scopes) return scopes.get(value) ?? [];
    return isScope(value) ? value : [];
  });
  return [...new Set(granted)];
}

/** The claim with this name, or at this path (`realm_access.roles`). Names may contain dots themselves (`https://example.com/roles`). */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isObject ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }, payload);
}
