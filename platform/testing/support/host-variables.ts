/** Variables that a developer may have set for other programs. Each would break a connection that uses it. */
export const libpqVariables = {
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c default_transaction_read_only=on',
  PGHOST: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'somebody',
  PGPASSWORD: 'wrong',
  PGDATABASE: 'elsewhere',
  PGCLIENT_ENCODING: 'LATIN1',
  PGREPLICATION: 'database',
  PGDATA: '/nonexistent',
  NODE_PG_FORCE_NATIVE: '1',
} as const;

/** No server listens there. */
const proxy = 'http://127.0.0.1:9';

/** Proxies that do not answer, in all spellings. */
export const proxyVariables: Readonly<Record<string, string>> = Object.fromEntries([
  // Makes Node.js 24 use the others.
  ['NODE_USE_ENV_PROXY', '1'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy']
    .flatMap((name) => [name, name.toUpperCase(), `npm_config_${name}`])
    .map((name) => [name, proxy]),
]);
