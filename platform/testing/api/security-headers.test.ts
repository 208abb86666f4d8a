import test from 'ava';
import { securityHeaderValues } from '../../api/middleware/security-headers.js';
import { startTestApi } from './support/api.js';

test('every answer has the security headers, problems too, and none names the server software', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const [path, method] of [
    ['/health', 'GET'],
    ['/v1/workflows', 'GET'],
    ['/nowhere', 'GET'],
    ['/v1/runs', 'PUT'],
    ['/v1/runs', 'OPTIONS'],
  ]) {
    const { headers } = await api.fetch(path ?? '', { method: method ?? '' });
    for (const [name, value] of Object.entries(securityHeaderValues)) t.is(headers.get(name), value, `${path} ${name}`);
    t.is(headers.get('x-powered-by'), null);
    t.is(headers.get('server'), null);
  }
});

test('answers with runs are not cacheable', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await api.fetch('/v1/runs')).headers.get('cache-control'), 'no-store');
});
