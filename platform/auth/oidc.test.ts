import test, { type ExecutionContext } from 'ava';
import { type CryptoKey, exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose';
import { IssuerUnavailable } from '../errors/platform.js';
import { createLogLines } from '../testing/api/support/log-lines.js';
import { audience, TestIssuer } from '../testing/support/issuer.js';
import { until } from '../testing/support/until.js';
import { createIssuerKeys, type IssuerKeysOptions } from './issuer-keys.js';
import { createOidcAuthenticator, type OidcOptions } from './oidc.js';

type TestOptions = Partial<Omit<OidcOptions & IssuerKeysOptions, 'logger'>>;

/** An issuer, and an authenticator that trusts it. `clock` is that of the cached keys. */
async function setUp(t: ExecutionContext, options: TestOptions = {}) {
  const issuer = await TestIssuer.start(t);
  const clock = { ms: 1_000_000 };
  const { logger, lines } = createLogLines();
  const issuerKeys = createIssuerKeys({ issuer: issuer.url, logger, now: () => clock.ms, ...options });
  const { authenticate } = createOidcAuthenticator({
    ...{ issuer: issuer.url, audience, algorithms: ['ES256'], clockSkewSeconds: 30, callerClaim: 'sub' },
    ...{ scopesClaim: 'scope', keys: issuerKeys.find, logger, ...options },
  });
  const whoIs = async (claims?: JWTPayload) => authenticate(await issuer.sign(claims));
  return { issuer, issuerKeys, clock, authenticate, whoIs, lines };
}
const ada = { name: 'oidc:ada', scopes: ['runs:read', 'runs:write'] };
const fromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test('accepts a token of the issuer', async (t) => {
  const { whoIs } = await setUp(t);
  t.deepEqual(await whoIs(), ada);
  t.deepEqual(await whoIs({ aud: ['https://other.example.com', audience] }), ada, 'one of several audiences');
});

const invalid: Readonly<Record<string, JWTPayload>> = {
  'an expired token': { exp: fromNow(-60) },
  'a token that is not valid yet': { nbf: fromNow(120) },
  'a token without an end': { exp: undefined } as unknown as JWTPayload,
  'a token of another issuer': { iss: 'https://other.example.com' },
  'a token for another API': { aud: 'https://other.example.com' },
  'a token for no API': { aud: undefined } as unknown as JWTPayload,
  'a token without a caller': { sub: undefined } as unknown as JWTPayload,
  'an empty caller': { sub: '' },
  'a caller with a line break': { sub: 'ada\nadmin' },
  'a caller with U+0000': { sub: 'ada\u0000' },
  'a caller with half a character': { sub: 'ada\ud800' },
  'a caller that is too long': { sub: 'x'.repeat(201) },
  'a caller that is no text': { sub: 7 } as unknown as JWTPayload,
  'an ID token': { at_hash: 'x' },
  'a logout token': { events: {} },
  'a token that is bound to its sender': { cnf: { jkt: 'x' } },
};
for (const [what, claims] of Object.entries(invalid))
  test(`rejects ${what}`, async (t) => {
    t.is(await (await setUp(t)).whoIs(claims), undefined);
  });

test('accepts times within the clock skew', async (t) => {
  const { whoIs } = await setUp(t);
  t.deepEqual(await whoIs({ exp: fromNow(-20), nbf: fromNow(20) }), ada);
  const strict = await setUp(t, { clockSkewSeconds: 0 });
  t.is(await strict.whoIs({ exp: fromNow(-20) }), undefined);
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('rejects unsigned tokens, changed ones, and texts that only look like tokens', async (t) => {
  const { issuer, authenticate } = await setUp(t);
  const [header = '', payload = '', signature = ''] = (await issuer.sign()).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const admin = part({ ...claims, scope: 'runs:admin' });
  const kid = issuer.keys[0]?.kid;
  for (const token of [
    ...[`${part({ alg: 'none', kid })}.${payload}.`, `${part({ alg: 'none', kid })}.${payload}.${signature}`],
    ...[`${header}.${admin}.${signature}`, `${header}.${payload}.`, `${header}.${payload}`, '..', '.', 'a.b.c'],
    ...[
      `${header}.${payload}.${signature}.`,
      `${part({ alg: 'ES256', kid, crit: ['x'], x: 1 })}.${payload}.${signature}`,
    ],
  ])
    t.is(await authenticate(token), undefined, token);
});

test('rejects a token that is signed with the public key as a shared secret', async (t) => {
  const { issuer, authenticate } = await setUp(t, { algorithms: ['ES256', 'HS256'] });
  const { jwk, kid } = issuer.keys[0] as (typeof issuer.keys)[number];
  const secret = new TextEncoder().encode(await exportSPKI((await importJWK(jwk)) as CryptoKey));
  const claims = { iss: issuer.url, aud: audience, sub: 'ada', scope: 'runs:admin', exp: fromNow(60) };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
  t.is(await authenticate(token), undefined);
});

test('rejects algorithms that are not listed', async (t) => {
  const { issuer, authenticate } = await setUp(t);
  t.is(await authenticate(await issuer.sign({}, await issuer.addKey('RS256'))), undefined);
  const other = await setUp(t, { algorithms: ['RS256'] });
  t.deepEqual(await other.authenticate(await other.issuer.sign({}, await other.issuer.addKey('RS256'))), ada);
});

test('accepts tokens of the types for access only', async (t) => {
  const { issuer, authenticate } = await setUp(t);
  for (const typ of ['JWT', 'at+jwt', 'application/AT+JWT'])
    t.deepEqual(await authenticate(await issuer.sign({}, undefined, { typ })), ada, typ);
  for (const typ of ['dpop+jwt', 'logout+jwt', 'secevent+jwt'])
    t.is(await authenticate(await issuer.sign({}, undefined, { typ })), undefined, typ);
});

test('says at the level debug why a token is invalid, but nothing that is in it', async (t) => {
  const { whoIs, lines } = await setUp(t);
  await whoIs({ exp: fromNow(-60), email: 'canary@example.com' });
  await whoIs({ sub: '', email: 'canary@example.com' });
  t.deepEqual(
    lines.map(({ level, reason }) => ({ level, reason })),
    [
      { level: 'debug', reason: '"exp" claim timestamp check failed' },
      { level: 'debug', reason: 'no valid name in sub' },
    ],
  );
  t.notRegex(JSON.stringify(lines), /canary/);
});

test('a key of the issuer that cannot be used is no fault of the token', async (t) => {
  const { issuer, authenticate } = await setUp(t);
  const token = await issuer.sign();
  issuer.keys = issuer.keys.map((key) => ({ ...key, jwk: { ...key.jwk, x: 'AAAA' } }));
  await t.throwsAsync(authenticate(token), { instanceOf: IssuerUnavailable });
});

const scopeCases: Readonly<Record<string, readonly [TestOptions, claims: JWTPayload, scopes: readonly string[]]>> = {
  'of a list, and leaves out what is no scope': [{}, { scope: ['openid', 'runs:admin', 7] }, ['runs:admin']],
  'of a text, once each': [{}, { scope: 'openid runs:read  runs:read' }, ['runs:read']],
  'at a path': [{ scopesClaim: 'realm_access.roles' }, { realm_access: { roles: ['runs:read'] } }, ['runs:read']],
  'of a claim with dots in its name': [
    { scopesClaim: 'https://example.com/roles' },
    { 'https://example.com/roles': ['runs:read'] },
    ['runs:read'],
  ],
  'that the settings map values to, and no others': [
    { scopesClaim: 'groups', scopes: new Map([['staff', ['runs:read', 'runs:write']]]) },
    { groups: ['staff', 'runs:admin', 'constructor'] },
    ['runs:read', 'runs:write'],
  ],
  'none, if the claim is missing': [{}, { scope: undefined }, []],
  'none of inherited names': [{ scopesClaim: 'constructor.name' }, {}, []],
};
for (const [what, [options, claims, scopes]] of Object.entries(scopeCases))
  test(`takes the scopes ${what}`, async (t) => {
    const { whoIs } = await setUp(t, options);
    t.deepEqual(await whoIs(claims), { name: 'oidc:ada', scopes } as never);
  });

test('names the caller by the configured claim', async (t) => {
  const { whoIs } = await setUp(t, { callerClaim: 'email' });
  t.like(await whoIs({ email: 'ada@example.com' }), { name: 'oidc:ada@example.com' });
});

test('fetches the keys once for all tokens, and again after ten minutes', async (t) => {
  const { issuer, clock, whoIs } = await setUp(t);
  await Promise.all([whoIs(), whoIs(), whoIs()]);
  clock.ms += 599_000;
  t.deepEqual(await whoIs(), ada);
  t.is(issuer.fetches, 1);
  clock.ms += 2_000;
  await whoIs();
  t.is(issuer.fetches, 2);
});

test('accepts a new key at once, and rejects a removed one after ten minutes', async (t) => {
  const { issuer, clock, authenticate } = await setUp(t);
  const [old] = issuer.keys;
  t.deepEqual(await authenticate(await issuer.sign()), ada);
  clock.ms += 30_000;
  await issuer.addKey();
  issuer.keys = issuer.keys.slice(1);
  t.deepEqual(await authenticate(await issuer.sign()), ada);
  clock.ms += 600_000;
  t.is(await authenticate(await issuer.sign({}, old)), undefined);
});

test('unknown keys cause at most one fetch in 30 seconds', async (t) => {
  const { issuer, clock, authenticate } = await setUp(t);
  await authenticate(await issuer.sign());
  const stranger = await (await TestIssuer.start(t)).addKey();
  clock.ms += 30_000;
  for (let count = 0; count < 5; count++) t.is(await authenticate(await issuer.sign({}, stranger)), undefined);
  t.is(issuer.fetches, 2);
  clock.ms += 30_000;
  await authenticate(await issuer.sign({}, stranger));
  t.is(issuer.fetches, 3);
});

test('while the issuer is away, known keys stay valid for a day', async (t) => {
  const { issuer, clock, authenticate, lines } = await setUp(t);
  const token = await issuer.sign({ exp: fromNow(600_000) });
  t.deepEqual(await authenticate(token), ada);
  issuer.stop();
  clock.ms += 3_600_000;
  t.deepEqual(await authenticate(token), ada);
  t.true(lines.some(({ msg }) => msg === 'Cannot fetch the keys of the OIDC issuer'));
  clock.ms += 86_400_000;
  await t.throwsAsync(authenticate(token), { instanceOf: IssuerUnavailable });
});

test('cannot tell whether an unknown key is a new one while the issuer is away', async (t) => {
  const { issuer, clock, authenticate } = await setUp(t);
  t.deepEqual(await authenticate(await issuer.sign()), ada);
  await issuer.addKey();
  const token = await issuer.sign();
  issuer.answer = (response) => response.writeHead(503).end();
  clock.ms += 30_000;
  for (let count = 0; count < 2; count++) await t.throwsAsync(authenticate(token), { instanceOf: IssuerUnavailable });
});

const away: Readonly<Record<string, (issuer: TestIssuer) => void>> = {
  'answers with an error': (issuer) => (issuer.answer = (response) => response.writeHead(500).end()),
  'answers with a page': (issuer) => (issuer.answer = (response) => response.end('<html>')),
  'has no keys': (issuer) => (issuer.keys = []),
  'answers with null': (issuer) => (issuer.answer = (response) => response.end('null')),
  'sends elsewhere': (issuer) => (issuer.moved = true),
  'calls itself something else': (issuer) => (issuer.name = 'https://other.example.com'),
  'does not answer in time': (issuer) => (issuer.answer = () => undefined),
};
for (const [what, set] of Object.entries(away))
  test(`is unavailable while the issuer ${what}, then works again`, async (t) => {
    const { issuer, clock, authenticate } = await setUp(t, { deadlineMs: what.endsWith('in time') ? 1_000 : 20_000 });
    const token = await issuer.sign();
    const { keys } = issuer;
    set(issuer);
    await t.throwsAsync(authenticate(token), { instanceOf: IssuerUnavailable });
    const asked = issuer.asked.length;
    await t.throwsAsync(authenticate(token), { instanceOf: IssuerUnavailable });
    t.is(issuer.asked.length, asked, 'asked again at once');
    Object.assign(issuer, { answer: undefined, name: undefined, moved: false, keys });
    // On a busy machine, the issuer may exceed the short deadline once more.
    await until('it works', async () => {
      clock.ms += 2_000;
      const principal = await authenticate(token).catch((error: unknown) => {
        if (!(error instanceof IssuerUnavailable)) throw error;
      });
      return principal?.name === ada.name;
    });
  });

test('does not wait for a slow issuer while it knows keys', async (t) => {
  const { issuer, issuerKeys, clock, whoIs, lines } = await setUp(t, { deadlineMs: 20_000 });
  t.deepEqual(await whoIs(), ada);
  issuer.answer = () => undefined;
  clock.ms += 600_000;
  const began = performance.now();
  t.deepEqual(await whoIs(), ada);
  t.true(performance.now() - began < 10_000);
  issuer.stop();
  await t.throwsAsync(issuerKeys.check(), { instanceOf: IssuerUnavailable });
  const asked = issuer.asked.length;
  for (let count = 0; count < 3; count++) t.deepEqual(await whoIs(), ada);
  t.is(issuer.asked.length, asked);
  t.is(lines.filter(({ level }) => level === 'warn').length, 1);
});

test('tells when the issuer is back', async (t) => {
  const { issuer, issuerKeys, clock, lines } = await setUp(t);
  await issuerKeys.check();
  issuer.answer = (response) => response.writeHead(503).end();
  clock.ms += 600_000;
  await t.throwsAsync(issuerKeys.check(), { instanceOf: IssuerUnavailable });
  issuer.answer = undefined;
  clock.ms += 30_000;
  await issuerKeys.check();
  t.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      ['warn', 'Cannot fetch the keys of the OIDC issuer'],
      ['info', 'The OIDC issuer provides its keys again'],
    ],
  );
});

test('takes the keys from the configured address, without discovery', async (t) => {
  const issuer = await TestIssuer.start(t);
  const { authenticate } = await setUp(t, { issuer: issuer.url, jwksUrl: `${issuer.url}/jwks` });
  t.deepEqual(await authenticate(await issuer.sign()), ada);
  t.deepEqual(issuer.asked, ['/jwks']);
});
