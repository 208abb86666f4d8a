import test from 'ava';
import { makeToken, readToken, type StoredApiKey } from '../auth/api-key.js';
import { readSettings } from '../settings/settings.js';
import { createLogLines } from '../testing/api/support/log-lines.js';
import { audience, TestIssuer } from '../testing/support/issuer.js';
import { testProduct } from '../testing/test-product.js';
import { authenticationOf } from './authentication.js';

const key = makeToken(testProduct);
const { id = '', secretHash = Buffer.alloc(0) } = readToken(key) ?? {};
const stored: StoredApiKey = {
  key: { id, name: 'ada', scopes: ['runs:read'], createdAt: new Date(0), revokedAt: null },
  secretHash,
};
const byKey = { name: 'ada', scopes: ['runs:read'], keyId: id };
const byToken = { name: 'oidc:ada', scopes: ['runs:read', 'runs:write'] };

const authenticatorOf = (env: Readonly<Record<string, string>>) => {
  const { settings } = readSettings(testProduct, { POSTGRES_PASSWORD: 'not-secret', ...env });
  return authenticationOf(settings, { find: async () => stored, logger: createLogLines().logger });
};

for (const [kind, credentials, keyIs, tokenIs] of [
  ['keys', 'API key', byKey, undefined],
  ['oidc', 'token', undefined, byToken],
  ['keys-or-oidc', 'API key or token', byKey, byToken],
] as const)
  test(`${kind} accepts what it names`, async (t) => {
    const issuer = await TestIssuer.start(t);
    const { authenticator, issuerKeys } = authenticatorOf({
      API_AUTHENTICATION: kind,
      API_OIDC_ISSUER: issuer.url,
      API_OIDC_AUDIENCE: audience,
    });
    t.is(authenticator?.credentials, credentials);
    t.deepEqual(await authenticator?.authenticate(key), keyIs as never);
    t.deepEqual(await authenticator?.authenticate(await issuer.sign()), tokenIs as never);
    t.is(issuerKeys === undefined, kind === 'keys');
    t.is(issuer.fetches, kind === 'keys' ? 0 : 1);
  });

test('none accepts calls without credentials', (t) => {
  t.deepEqual(authenticatorOf({ API_AUTHENTICATION: 'none' }), {});
});

test('every setting of tokens has its effect', async (t) => {
  const issuer = await TestIssuer.start(t);
  const { authenticator } = authenticatorOf({
    API_AUTHENTICATION: 'oidc',
    API_OIDC_ISSUER: issuer.url,
    API_OIDC_AUDIENCE: 'https://other.example.com',
    API_OIDC_JWKS_URL: `${issuer.url}/jwks`,
    API_OIDC_ALGORITHMS: 'RS256',
    API_OIDC_CLOCK_SKEW_SECONDS: '300',
    API_OIDC_CALLER_CLAIM: 'email',
    API_OIDC_SCOPES_CLAIM: 'realm_access.roles',
    API_OIDC_SCOPES: 'staff=runs:read,staff=runs:write,a=b=runs:admin',
  });
  const claims = {
    aud: 'https://other.example.com',
    email: 'ada@example.com',
    exp: Math.floor(Date.now() / 1000) - 200,
  };
  const rsa = await issuer.addKey('RS256');
  t.is(await authenticator?.authenticate(await issuer.sign(claims, issuer.keys[0])), undefined, 'signed with ES256');
  const whoHas = async (...roles: string[]) =>
    authenticator?.authenticate(await issuer.sign({ ...claims, realm_access: { roles } }, rsa));
  t.deepEqual(await whoHas('staff'), { name: 'oidc:ada@example.com', scopes: ['runs:read', 'runs:write'] });
  t.deepEqual(await whoHas('a=b', 'runs:write'), { name: 'oidc:ada@example.com', scopes: ['runs:admin'] });
});
