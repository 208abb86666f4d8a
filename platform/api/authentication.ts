import type { AuthenticatorOptions } from '../auth/authenticator.js';
import { createAuthenticator } from '../auth/authenticator.js';
import { createIssuerKeys, type IssuerKeys } from '../auth/issuer-keys.js';
import { createOidcAuthenticator } from '../auth/oidc.js';
import { type Authenticator, either } from '../auth/principal.js';
import { isScope, type Scope } from '../auth/scopes.js';
import type { Logger } from '../observability/logger.js';
import { acceptsKeys, acceptsTokens } from '../settings/authentication.js';
import type { Settings } from '../settings/settings.js';

type AuthenticationSettings = Pick<Settings, 'API_AUTHENTICATION' | Extract<keyof Settings, `API_OIDC_${string}`>>;

export interface Authentication {
  /** @default - calls need no credentials */
  readonly authenticator?: Authenticator;
  /** @default - the API accepts no tokens */
  readonly issuerKeys?: IssuerKeys;
}

/** How the API authenticates its callers, according to the settings. */
export function authenticationOf(
  settings: AuthenticationSettings,
  { find, logger }: Pick<AuthenticatorOptions, 'find'> & { readonly logger: Logger },
): Authentication {
  const { API_AUTHENTICATION: kind } = settings;
  const keys = acceptsKeys(kind) ? createAuthenticator({ find }) : undefined;
  if (!acceptsTokens(kind)) return keys ? { authenticator: keys } : {};
  const { issuerKeys, oidc } = oidcOf(settings, logger);
  return { authenticator: keys ? either(keys, oidc) : oidc, issuerKeys };
}

function oidcOf(settings: AuthenticationSettings, logger: Logger) {
  const { API_OIDC_ISSUER: issuer = '', API_OIDC_AUDIENCE: audience = '', API_OIDC_JWKS_URL: jwksUrl } = settings;
  const issuerKeys = createIssuerKeys({ issuer, jwksUrl, logger });
  const oidc = createOidcAuthenticator({
    issuer,
    audience,
    algorithms: settings.API_OIDC_ALGORITHMS,
    clockSkewSeconds: settings.API_OIDC_CLOCK_SKEW_SECONDS,
    callerClaim: settings.API_OIDC_CALLER_CLAIM,
    scopesClaim: settings.API_OIDC_SCOPES_CLAIM,
    scopes: scopesFrom(settings.API_OIDC_SCOPES),
    keys: issuerKeys.find,
    logger,
  });
  return { issuerKeys, oidc };
}

/** Reads items such as `platform-admins=runs:admin`. @returns `undefined` if there are none */
function scopesFrom(items: readonly string[]): ReadonlyMap<string, readonly Scope[]> | undefined {
  if (items.length === 0) return undefined;
  const scopes = new Map<string, Scope[]>();
  for (const item of items) {
    const at = item.lastIndexOf('=');
    const [value, scope] = [item.slice(0, at), item.slice(at + 1)];
    if (isScope(scope)) scopes.set(value, [...(scopes.get(value) ?? []), scope]);
  }
  return scopes;
}
