import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { IssuerUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { atMost } from '../retry/at-most.js';

export interface IssuerKeysOptions {
  /** Issuer identifier: a URL, exactly as in the claim `iss`. */
  readonly issuer: string;
  /** @default - the `jwks_uri` of the issuer's discovery document */
  readonly jwksUrl?: string | undefined;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Time for the answers of the issuer, in milliseconds. @default 5000 */
  readonly deadlineMs?: number;
  /** A monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Times in milliseconds. */
const times = {
  /** After this, the next token fetches the keys again, so that removed keys stop working. */
  fresh: 600_000,
  /** While the issuer is unavailable, its last keys are valid for this long. */
  stale: 86_400_000,
  /** How long a token waits for new keys if there are old ones. */
  patience: 1_000,
  /** Between two fetches because of unknown keys or after a failure: anyone can send tokens with ids that do not exist. */
  between: 30_000,
  /** The same if no keys are known. */
  betweenFirst: 2_000,
} as const;

export type IssuerKeys = ReturnType<typeof createIssuerKeys>;

/** The public keys of an issuer (JWKS), cached, and fetched again as it rotates them. */
export function createIssuerKeys({
  issuer,
  jwksUrl,
  logger,
  deadlineMs = 5_000,
  now = () => performance.now(),
}: IssuerKeysOptions) {
  let known: { readonly find: JWTVerifyGetKey; readonly since: number } | undefined;
  let fetching: Promise<void> | undefined;
  let last: { readonly at: number; readonly failure?: unknown } | undefined;

  const isWithin = (since: number | undefined, ms: number) => since !== undefined && now() - since < ms;
  const usable = () => (isWithin(known?.since, times.stale) ? known?.find : undefined);
  const unavailable = () => new IssuerUnavailable(`The keys of ${issuer} cannot be fetched`, { cause: last?.failure });

  /** Concurrent calls share a fetch. Its failure stays in `last`. */
  function refresh(): Promise<void> {
    fetching ??= fetchKeys(issuer, jwksUrl, deadlineMs).then(
      (find) => {
        if (last?.failure !== undefined) logger.info({ issuer }, 'The OIDC issuer provides its keys again');
        known = { find, since: now() };
        last = { at: now() };
        fetching = undefined;
      },
      (failure: unknown) => {
        // Once per outage: tokens of anyone cause fetches.
        if (last?.failure === undefined)
          logger.warn({ err: failure, issuer }, 'Cannot fetch the keys of the OIDC issuer');
        last = { at: now(), failure };
        fetching = undefined;
      },
    );
    return fetching;
  }

  async function current(): Promise<JWTVerifyGetKey> {
    const pause = usable() ? times.between : times.betweenFirst;
    const isPaused = last?.failure !== undefined && isWithin(last.at, pause);
    if (!isWithin(known?.since, times.fresh) && !isPaused)
      await (usable() ? atMost(times.patience, refresh()) : refresh());
    const find = usable();
    if (find) return find;
    throw unavailable();
  }

  return {
    /**
     * Finds the key of a token, for `jwtVerify`.
     * @throws {IssuerUnavailable} the key is not known, and the issuer does not provide its keys now
     * @throws {errors.JWKSNoMatchingKey | errors.JWKSMultipleMatchingKeys}
     */
    find: (async (header, token) => {
      const keys = await current();
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const hasJustAsked = isWithin(last?.at, times.between);
        if (!hasJustAsked) await refresh();
        if (last?.failure !== undefined) throw unavailable();
        if (hasJustAsked) throw error;
        return (await current())(header, token);
      }
    }) satisfies JWTVerifyGetKey,
    /** @throws {IssuerUnavailable} the issuer does not provide its keys; tokens with known keys may be valid all the same */
    async check(): Promise<void> {
      await current();
      if (last?.failure !== undefined) throw unavailable();
    },
  };
}

async function fetchKeys(issuer: string, jwksUrl: string | undefined, deadlineMs: number): Promise<JWTVerifyGetKey> {
  const signal = AbortSignal.timeout(deadlineMs);
  const keys = await fetchJson(jwksUrl ?? (await discover(issuer, signal)), signal);
  if (!Array.isArray(keys['keys']) || keys['keys'].length === 0) throw new Error('the issuer has no keys');
  return createLocalJWKSet(keys as unknown as JSONWebKeySet);
}

/** The address of the keys in the discovery document (OpenID Connect Discovery 1.0, section 4). */
async function discover(issuer: string, signal: AbortSignal): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal);
  if (document['issuer'] !== issuer)
    throw new Error(`the issuer calls itself ${JSON.stringify(document['issuer'])}, not ${JSON.stringify(issuer)}`);
  const { jwks_uri: url } = document;
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Error('the discovery document has no valid jwks_uri');
  const isPlain = new URL(url).protocol !== 'https:';
  if (isPlain && new URL(issuer).protocol === 'https:') throw new Error(`the jwks_uri ${url} is not https`);
  return url;
}

async function fetchJson(url: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error(`${url} does not answer with a JSON object`);
  return body as Readonly<Record<string, unknown>>;
}
