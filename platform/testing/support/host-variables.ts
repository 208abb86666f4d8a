/** What the environment of a developer may hold for other programs, each enough to break a connection that takes it. */
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

/** Nothing listens there. */
const proxy = 'http://127.0.0.1:9';

/** Proxies that answer nobody, in all spellings. */
export const proxyVariables: Readonly<Record<string, string>> = Object.fromEntries([
  // Lets Node.js 24 heed the others.
  ['NODE_USE_ENV_PROXY', '1'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy']
    .flatMap((name) => [name, name.toUpperCase(), `npm_config_${name}`])
    .map((name) => [name, proxy]),
]);
