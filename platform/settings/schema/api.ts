import { authenticationKinds } from '../authentication.js';
import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { claim, count, host, hosts, issuer, milliseconds, origins, port, rate } from './types.js';

/** Settings of the API. */
export const apiSettings = {
  API_HOST: { ...host, default: '127.0.0.1', group: 'API', description: 'Address the API listens on' },
  API_PORT: { ...port, default: ports.api, group: 'API', description: 'Port of the API' },
  API_AUTHENTICATION: {
    type: 'string',
    enum: authenticationKinds,
    default: 'keys',
    group: 'API',
    description:
      'What each call requires: keys an API key (npm run keys), oidc a token (JWT) of the OIDC issuer, keys-or-oidc one of both, none nothing, which is allowed only if API_HOST is a loopback address. npm start uses none by default; a deployed stage uses keys in place of none',
  },
  API_OIDC_ISSUER: {
    ...issuer,
    group: 'API',
    description:
      'OIDC issuer whose tokens (JWTs) the API accepts, exactly as in their claim iss; https, except on a loopback address. Required with API_AUTHENTICATION=oidc and keys-or-oidc',
  },
  API_OIDC_AUDIENCE: {
    type: 'string',
    minLength: 1,
    group: 'API',
    description: 'Claim aud of tokens for this API. Required with API_AUTHENTICATION=oidc and keys-or-oidc',
  },
  API_OIDC_JWKS_URL: {
    type: 'string',
    pattern: '^https?://[^\\s#]+$',
    group: 'API',
    description: "Address of the issuer's public keys (JWKS); by default the one in its discovery document",
  },
  API_OIDC_ALGORITHMS: {
    type: 'array',
    items: {
      type: 'string',
      enum: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'],
    },
    default: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    minItems: 1,
    uniqueItems: true,
    group: 'API',
    description: 'Algorithms with which tokens may be signed',
  },
  API_OIDC_CLOCK_SKEW_SECONDS: {
    type: 'integer',
    minimum: 0,
    maximum: 300,
    default: 30,
    group: 'API',
    description:
      "How far the issuer's clock may differ from this machine's when the times in a token are checked, in seconds",
  },
  API_OIDC_CALLER_CLAIM: {
    ...claim,
    default: 'sub',
    group: 'API',
    description:
      'Claim that names the caller, who is then oidc:NAME and owns the runs of this name; it must be unique and never be given to somebody else',
  },
  API_OIDC_SCOPES_CLAIM: {
    ...claim,
    default: 'scope',
    group: 'API',
    description:
      'Claim with the scopes, groups or roles of the caller: an array of strings, or a string with spaces between them. For a claim inside another write the path, such as realm_access.roles',
  },
  API_OIDC_SCOPES: {
    type: 'array',
    items: { type: 'string', pattern: '^[^,=][^,]*=runs:(read|write|admin)$' },
    default: [],
    uniqueItems: true,
    group: 'API',
    description:
      'Scopes that the values of API_OIDC_SCOPES_CLAIM grant, such as platform-admins=runs:admin,staff=runs:read. If empty, the values are scopes themselves',
  },
  API_ALLOWED_HOSTS: {
    ...hosts,
    default: [],
    group: 'API',
    description:
      'Host names that clients may use to call the API, besides localhost. If empty, the API accepts only localhost on a loopback address, and every host name on other addresses',
  },
  API_CORS_ORIGINS: {
    ...origins,
    default: [],
    group: 'API',
    description: 'Origins (CORS) whose web pages may call the API',
  },
  API_TRUSTED_PROXIES: {
    type: 'integer',
    minimum: 0,
    maximum: 10,
    default: 0,
    group: 'API',
    description:
      'Number of proxies in front of the API that set X-Forwarded-For; 0 ignores the header. A deployed stage always uses 1, its own proxy',
  },
  API_CALLER_RATE_LIMIT: {
    ...rate,
    default: 5_000,
    group: 'API',
    description: 'Requests that one API process accepts from one caller in 10 seconds; 0 disables the limit',
  },
  API_ADDRESS_RATE_LIMIT: {
    ...rate,
    default: 10_000,
    group: 'API',
    description:
      'Requests that one API process accepts in 10 seconds from one IPv4 address or one IPv6 network (/64); 0 disables the limit',
  },
  API_EVENT_STREAMS: {
    ...count,
    default: 2_000,
    group: 'API',
    description: 'Maximum number of open event streams per API process',
  },
  API_BODY_LIMIT_BYTES: {
    type: 'integer',
    minimum: 1024,
    maximum: 1_572_864,
    default: 1_048_576,
    group: 'API',
    description: 'Maximum size of a request body, in bytes; below the 2 MB that Temporal accepts as a payload',
  },
  API_HEADERS_TIMEOUT_MS: {
    ...milliseconds,
    default: 10_000,
    group: 'API',
    description: 'Timeout for receiving the headers of a request, in milliseconds',
  },
  API_REQUEST_TIMEOUT_MS: {
    ...milliseconds,
    default: 30_000,
    group: 'API',
    description: 'Timeout for receiving a whole request, in milliseconds',
  },
  API_SHUTDOWN_DELAY_MS: {
    ...milliseconds,
    minimum: 0,
    default: 250,
    group: 'API',
    description:
      'Time the API keeps serving at shutdown after /health/ready starts to answer 503, in milliseconds. Behind a load balancer, use two intervals of its health checks',
  },
  API_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'API',
    description: 'Time that requests in flight have to finish at shutdown, in milliseconds',
  },
} as const satisfies Record<string, SettingSchema>;
