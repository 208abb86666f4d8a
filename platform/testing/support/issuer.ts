import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';

export const audience = 'https://api.example.com';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JSONWebKeySet['keys'][number];
}

/** An OIDC issuer on 127.0.0.1 whose keys, clock and answers a test controls. */
export class TestIssuer {
  url = '';
  /** The published keys. The last one signs. */
  keys: SigningKey[] = [];
  /** Answers requests in place of the issuer. @default - it answers as an issuer */
  answer?: ((response: ServerResponse) => void) | undefined;
  /** Whether its discovery document has moved. */
  moved = false;
  /** How it calls itself in its discovery document. @default - its URL */
  name?: string;
  /** Paths of the received requests. */
  readonly asked: string[] = [];
  readonly #server = createServer(({ url = '' }, response) => {
    this.asked.push(url);
    if (this.answer) return this.answer(response);
    const isDiscovery = url === '/.well-known/openid-configuration' || url === '/moved';
    if (this.moved && isDiscovery && url !== '/moved') return response.writeHead(302, { Location: '/moved' }).end();
    const document = isDiscovery
      ? { issuer: this.name ?? this.url, jwks_uri: `${this.url}/jwks` }
      : { keys: this.keys.map(({ jwk }) => jwk) };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document));
  });

  static async start(t: { teardown(end: () => void): void }): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    issuer.#server.listen(0, '127.0.0.1');
    await new Promise((resolve) => issuer.#server.once('listening', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    t.teardown(() => issuer.stop());
    await issuer.addKey();
    return issuer;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async addKey(alg = 'ES256'): Promise<SigningKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${this.keys.length + 1}-${Math.random()}`;
    const key = { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    this.keys.push(key);
    return key;
  }

  /** Number of times that the keys were fetched. */
  get fetches(): number {
    return this.asked.filter((path) => path === '/jwks').length;
  }

  /** A token for Ada that is valid for a minute; `undefined` removes a claim. */
  async sign(claims: JWTPayload = {}, key = this.keys.at(-1), header: { typ?: string } = {}): Promise<string> {
    if (!key) throw new Error('the issuer has no key');
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: audience, sub: 'ada', scope: 'runs:read runs:write', iat: now, exp: now + 60 };
    const { kid, privateKey, jwk } = key;
    return new SignJWT({ ...all, ...claims })
      .setProtectedHeader({ alg: jwk.alg ?? 'ES256', kid, ...header })
      .sign(privateKey);
  }
}
