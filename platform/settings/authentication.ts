/** What the API can require of each call: an API key, a token (JWT) of the OIDC issuer, one of both, or nothing. */
export const authenticationKinds = ['keys', 'oidc', 'keys-or-oidc', 'none'] as const;
export type AuthenticationKind = (typeof authenticationKinds)[number];

export const acceptsKeys = (kind: AuthenticationKind): boolean => kind === 'keys' || kind === 'keys-or-oidc';
export const acceptsTokens = (kind: AuthenticationKind): boolean => kind === 'oidc' || kind === 'keys-or-oidc';
