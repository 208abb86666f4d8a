import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { makeToken, readToken, type StoredApiKey } from '../../auth/api-key.js';
import { createAuthenticator } from '../../auth/authenticator.js';
import { createIssuerKeys } from '../../auth/issuer-keys.js';
import { createOidcAuthenticator } from '../../auth/oidc.js';
import { either } from '../../auth/principal.js';
import { audience } from '../support/issuer.js';
import { testProduct } from '../test-product.js';
import { startTestApi, type TestApi } from './support/api.js';
import { createLogLines } from './support/log-lines.js';

/** A real identity provider, whose clients get access tokens for themselves (OAuth 2.0, client credentials). */
class IdentityProvider {
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts with a new key, at the address of the last start. */
  async start(): Promise<void> {
    const server = createServer();
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const client = (client_id: string) => ({
      ...{ client_id, client_secret: 'not-secret', grant_types: ['client_credentials'], redirect_uris: [] },
      ...{ response_types: [], token_endpoint_auth_method: 'client_secret_post' as const },
    });
    const scope = 'runs:read runs:write runs:admin';
    const provider = new Provider(this.url, {
      clients: ['ada', 'grace', 'reader'].map(client),
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: String(Math.random()) }] },
      scopes: scope.split(' '),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_ctx, resource) => ({ scope, audience: resource, accessTokenFormat: 'jwt' }),
        },
      },
      ttl: { ClientCredentials: 600 },
    });
    server.on('request', provider.callback());
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async token(client_id: string, scope: string, resource = audience): Promise<string> {
    const form = { client_id, client_secret: 'not-secret', grant_type: 'client_credentials', scope, resource };
    const answer = await fetch(`${this.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

const provider = new IdentityProvider();
const clock = { ms: 1_000_000 };
const key = makeToken(testProduct);
let api: TestApi;

/** An API that accepts tokens of the provider and the API key of a caller with the name `ada`. */
function startApi(): Promise<TestApi> {
  const { logger } = createLogLines();
  const { id = '', secretHash = Buffer.alloc(0) } = readToken(key) ?? {};
  const stored: StoredApiKey = {
    key: { id, name: 'ada', scopes: ['runs:write', 'runs:read'], createdAt: new Date(), revokedAt: null },
    secretHash,
  };
  const oidc = createOidcAuthenticator({
    ...{ issuer: provider.url, audience, algorithms: ['RS256'], clockSkewSeconds: 0, callerClaim: 'sub' },
    ...{ scopesClaim: 'scope', logger },
    keys: createIssuerKeys({ issuer: provider.url, logger, deadlineMs: 20_000, now: () => clock.ms }).find,
  });
  return startTestApi({ authenticator: either(createAuthenticator({ find: async () => stored }), oidc) });
}

test.before(async () => {
  await provider.start();
  api = await startApi();
});
test.after.always(async () => {
  await api?.close();
  await provider.stop();
});

const send = (path: string, token: string, init?: RequestInit, to = api) =>
  to.fetch(path, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${token}` } });
const startVote = async (token: string): Promise<{ id: string; caller: string }> => {
  const body = JSON.stringify({ subject: 'Lunch', deadline: '1 hour' });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await send('/v1/workflows/vote/start', token, { method: 'POST', body, headers });
  return (await answer.json()) as { id: string; caller: string };
};

test.serial('a token of the provider starts and reads its runs; others have no access to them', async (t) => {
  const ada = await provider.token('ada', 'runs:read runs:write');
  const { id, caller } = await startVote(ada);
  t.is(caller, 'oidc:ada');
  t.is((await send(`/v1/runs/${id}`, ada)).status, 200);
  t.is((await send(`/v1/runs/${id}`, await provider.token('grace', 'runs:read'))).status, 404);
  t.is((await send(`/v1/runs/${id}`, key)).status, 404, 'a key of the same name');
  t.is((await send(`/v1/runs/${(await startVote(key)).id}`, ada)).status, 404, 'a run of a key of the same name');
  const admin = await provider.token('grace', 'runs:admin');
  t.is((await send(`/v1/runs/${id}`, admin)).status, 200);
  const listed = await (await send('/v1/runs?caller=oidc:ada', admin)).json();
  t.is((await send('/v1/runs?caller=oidc:%00', admin)).status, 422);
  t.true((listed as { runs: { id: string }[] }).runs.some((run) => run.id === id));
});

test.serial('a token without the scope is refused, and the answer names it', async (t) => {
  const answer = await send('/v1/runs', await provider.token('reader', 'runs:write'));
  t.is(answer.status, 403);
  t.like(await answer.json(), { code: 'scope-missing', detail: 'The token needs the scope runs:read' });
  t.is(answer.headers.get('WWW-Authenticate'), 'Bearer realm="tested", error="insufficient_scope", scope="runs:read"');
});

test.serial('rejects a token for another API, and a changed token', async (t) => {
  const [header, payload, signature = ''] = (await provider.token('ada', 'runs:read')).split('.');
  const other = await provider.token('ada', 'runs:read', 'https://other.example.com');
  for (const token of [other, `${header}.${payload}.${signature.startsWith('x') ? 'y' : 'x'}${signature.slice(1)}`]) {
    const answer = await send('/v1/runs', token);
    t.is(answer.status, 401);
    t.like(await answer.json(), { code: 'unauthenticated', detail: 'Invalid API key or token' });
    t.regex(answer.headers.get('WWW-Authenticate') ?? '', /error="invalid_token"$/);
  }
});

test.serial('the health report has details for callers with a token', async (t) => {
  const body = await (await send('/health', await provider.token('reader', 'openid'))).json();
  t.true('version' in (body as object));
});

test.serial('accepts tokens of a new key after a rotation, and while the provider is away', async (t) => {
  await provider.stop();
  await provider.start();
  clock.ms += 30_000;
  const token = await provider.token('ada', 'runs:read');
  t.is((await send('/v1/runs', token)).status, 200);
  await provider.stop();
  t.teardown(() => provider.start());
  t.is((await send('/v1/runs', token)).status, 200);
});

test.serial('answers 503 if it started while the provider is away; keys work, and health has no details', async (t) => {
  const token = await provider.token('ada', 'runs:read');
  await provider.stop();
  const fresh = await startApi();
  t.teardown(async () => {
    await fresh.close();
    await provider.start();
  });
  const answer = await send('/v1/runs', token, {}, fresh);
  t.is(answer.status, 503);
  t.like(await answer.json(), { code: 'issuer-unavailable', title: 'The issuer of tokens is unavailable' });
  t.is(answer.headers.get('Retry-After'), '2');
  t.is((await send('/v1/runs', key, {}, fresh)).status, 200);
  t.false('version' in ((await (await send('/health', token, {}, fresh)).json()) as object));
});
