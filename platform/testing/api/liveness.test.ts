import { createServer, type RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { livenessFirst } from '../../api/liveness.js';
import { allowedHosts } from '../../api/middleware/allowed-hosts.js';
import { listen } from '../../http/listen.js';
import { startTestApi } from './support/api.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

const live = { status: 'ok', service: 'api', version: '1.2.3', uptimeSeconds: 1 } as const;
const never: RequestListener = (_request, response) => response.writeHead(418).end();

async function serve(t: ExecutionContext, level: string): Promise<string> {
  const server = createServer(
    livenessFirst({
      health: { live: () => live },
      logger: pino({ level, enabled: true }, { write() {} }),
      isAllowedHost: allowedHosts('127.0.0.1', []),
      app: never,
    }),
  );
  t.teardown(() => server.close());
  const port = await listen(server, { host: '127.0.0.1', port: 0, settings: { host: '', port: '' } });
  return `http://127.0.0.1:${port}`;
}

const headersOf = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => !['keep-alive', 'connection', 'vary'].includes(name)).toSorted();

test('answers the liveness probe without the app, with the same answer', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await fetch(`${await serve(t, 'info')}/health/live`, { headers: { 'X-Request-Id': 'probe-1' } });
  const theirs = await api.fetch('/health/live', { headers: { 'X-Request-Id': 'probe-1' } });
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), live);
  t.is(answer.headers.get('x-request-id'), 'probe-1');
  t.deepEqual(headersOf(answer), headersOf(theirs));
  for (const name of ['cache-control', 'content-type', 'content-security-policy'])
    t.is(answer.headers.get(name), theirs.headers.get(name), name);
});

test('passes other requests to the app, and probes too if they are logged', async (t) => {
  const url = await serve(t, 'info');
  t.is((await fetch(`${url}/health/live?x=1`)).status, 418);
  t.is((await fetch(`${url}/health/live`, { method: 'POST' })).status, 418);
  t.is((await fetch(`${url}/health/ready`)).status, 418);
  const foreign = await sendRaw(
    Number(new URL(url).port),
    'GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  );
  t.is(parseAnswer(foreign).status, 418);
  const both = await sendRaw(
    Number(new URL(url).port),
    'GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  );
  t.is(parseAnswer(both).status, 418);
  t.is((await fetch(`${await serve(t, 'debug')}/health/live`)).status, 418);
});
