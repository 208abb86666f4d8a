/** Codes of HTTP faults. The codes of the domain are in `platform/errors/codes.ts`. */
export const httpCodes = [
  'request-malformed',
  'unauthenticated',
  'scope-missing',
  'host-not-allowed',
  'origin-not-allowed',
  'rate-limited',
  'request-aborted',
  'json-malformed',
  'route-not-found',
  'method-not-allowed',
  'request-timeout',
  'body-too-large',
  'media-type-unsupported',
  'content-encoding-unsupported',
  'headers-too-large',
  'internal-error',
  // sent by the proxy of a deployed stage while no API process answers (infra/files/proxy/api.Caddyfile)
  'unavailable',
] as const;

export type HttpCode = (typeof httpCodes)[number];

/** A request that the API rejects at the HTTP level. */
export class HttpProblem extends Error {
  constructor(
    readonly code: HttpCode,
    message: string,
    options?: ErrorOptions & {
      /** Response headers, such as `Allow`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Additional members of the problem document. */
      readonly members?: Readonly<Record<string, unknown>>;
    },
  ) {
    super(message, options);
    this.name = new.target.name;
    this.headers = options?.headers ?? {};
    this.members = options?.members ?? {};
  }

  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
}
