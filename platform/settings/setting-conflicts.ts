import { type AuthenticationKind, acceptsTokens } from './authentication.js';
import { isLoopback, isLoopbackUrl } from './loopback.js';
import type { SettingFault } from './setting-faults.js';

type Values = Readonly<Record<string, unknown>>;

/** Finds values that are valid by themselves but not together. */
export const conflictsIn = (values: Values): SettingFault[] => [
  ...['SERVER_CA_CERT', 'CLIENT_CERT', 'CLIENT_KEY'].flatMap((part) => pathAndData(values, part)),
  ...incompleteClient(values),
  ...temporalPort(values),
  ...shortLease(values),
  ...openApi(values),
  ...oidc(values),
  ...keyRetention(values),
];

function pathAndData(values: Values, part: string): SettingFault[] {
  const [path, data] = [`TEMPORAL_TLS_${part}_PATH`, `TEMPORAL_TLS_${part}_DATA`];
  if (values[path] === undefined || values[data] === undefined) return [];
  return [{ variable: path, message: `conflicts with ${data}; set only one of them` }];
}

function incompleteClient(values: Values): SettingFault[] {
  const isSet = (part: string) =>
    values[`TEMPORAL_TLS_${part}_PATH`] !== undefined || values[`TEMPORAL_TLS_${part}_DATA`] !== undefined;
  if (isSet('CLIENT_CERT') === isSet('CLIENT_KEY')) return [];
  const [present, missing] = isSet('CLIENT_CERT') ? ['CLIENT_CERT', 'CLIENT_KEY'] : ['CLIENT_KEY', 'CLIENT_CERT'];
  const message = `required for mTLS, because TEMPORAL_TLS_${present} is set`;
  return [{ variable: `TEMPORAL_TLS_${missing}_PATH`, message }];
}

function temporalPort({ TEMPORAL_ADDRESS: address }: Values): SettingFault[] {
  const port = typeof address === 'string' ? Number(/:([0-9]+)$/.exec(address)?.[1] ?? 1) : 1;
  if (port >= 1 && port <= 65_535) return [];
  return [{ variable: 'TEMPORAL_ADDRESS', message: 'must have a port from 1 to 65535' }];
}

function shortLease(values: Values): SettingFault[] {
  const [lease, call] = [Number(values['RUNS_LEASE_MS']), Number(values['TEMPORAL_CALL_TIMEOUT_MS'])];
  if (!(lease < 2 * call)) return [];
  const message = `must be at least twice TEMPORAL_CALL_TIMEOUT_MS (${call}); otherwise another process takes a run over while its start is in flight`;
  return [{ variable: 'RUNS_LEASE_MS', message }];
}

function openApi({ API_AUTHENTICATION: authentication, API_HOST: host }: Values): SettingFault[] {
  if (authentication !== 'none' || isLoopback(String(host))) return [];
  const message = `must be keys, oidc or keys-or-oidc, because API_HOST (${host}) is not a loopback address such as 127.0.0.1, ::1 or localhost`;
  return [{ variable: 'API_AUTHENTICATION', message }];
}

function oidc(values: Values): SettingFault[] {
  const { API_AUTHENTICATION: authentication } = values;
  const isUsed = acceptsTokens(authentication as AuthenticationKind);
  const missing = ['API_OIDC_ISSUER', 'API_OIDC_AUDIENCE'].filter((name) => isUsed && values[name] === undefined);
  return [
    ...missing.map((variable) => ({ variable, message: `required, because API_AUTHENTICATION is ${authentication}` })),
    ...['API_OIDC_ISSUER', 'API_OIDC_JWKS_URL'].flatMap((variable) => {
      const message = addressFault(values[variable]);
      return message === undefined ? [] : [{ variable, message }];
    }),
  ];
}

function addressFault(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (!URL.canParse(text)) return 'must be a URL';
  const { protocol, username, password } = new URL(text);
  if (username || password) return 'must not contain a user or password';
  if (protocol === 'https:' || isLoopbackUrl(text)) return undefined;
  return 'must be https: over plain HTTP, another server could pose as the issuer';
}

function keyRetention(values: Values): SettingFault[] {
  const [keys, runs] = [Number(values['RUNS_KEY_RETENTION_HOURS']), Number(values['RUNS_RETENTION_DAYS']) * 24];
  if (!(keys > runs)) return [];
  const message = `must be at most RUNS_RETENTION_DAYS (${runs} hours); otherwise keys outlive their runs`;
  return [{ variable: 'RUNS_KEY_RETENTION_HOURS', message }];
}
