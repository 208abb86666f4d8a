import test from 'ava';
import { untypedClient } from '../test/client/support/client.js';
import { json, run, startScriptedApi } from '../test/client/support/scripted-api.js';
import { createClient } from './client.js';
import { parseBaseUrl } from './options.js';

test('keeps the path of a base URL without a trailing slash', (t) => {
  const bases = {
    'https://Atlas.Example': 'https://atlas.example',
    'http://localhost:3000/': 'http://localhost:3000',
    ' http://[::1]:3000\n': 'http://[::1]:3000',
    'https://atlas.example/team/atlas//': 'https://atlas.example/team/atlas',
  };
  for (const [given, base] of Object.entries(bases)) t.is(parseBaseUrl(given), base);
});

const wrong: Record<string, RegExp> = {
  'localhost:3000': /must start with http:\/\/ or https:\/\/, such as http:\/\/localhost:3000 \(got "localhost:3000"\)/,
  '127.0.0.1:3000': /must be an http or https URL/,
  'atlas.example': /must be an http or https URL/,
  '/api': /must be an http or https URL/,
  '//atlas.example': /must be an http or https URL/,
  '': /must be an http or https URL/,
  'http://': /must be an http or https URL/,
  'http://a b': /must be an http or https URL/,
  'https://atlas.example:99999': /must be an http or https URL/,
  'ftp://atlas.example': /must start with http/,
  'ws://atlas.example': /must start with http/,
  'file:///atlas': /must start with http/,
  'https://atlas.example?a=1': /must not have a query/,
  'https://atlas.example/#a': /must not have a query/,
  'https://ada:hunter2@atlas.example': /must not contain a user or password/,
};
for (const [baseUrl, message] of Object.entries(wrong))
  test(`rejects the base URL ${JSON.stringify(baseUrl)}`, (t) => {
    const error = t.throws(() => createClient({ baseUrl }), { instanceOf: TypeError, message });
    t.notRegex(error.message, /hunter2/);
  });

test('rejects a base URL that is not a string', (t) => {
  for (const baseUrl of [undefined, null, 3000, {}])
    t.throws(() => createClient({ baseUrl: baseUrl as never }), { instanceOf: TypeError, message: /^baseUrl must be/ });
});

test('accepts a relative base URL on a page', (t) => {
  const page = Object.assign(globalThis, { location: { href: 'https://shop.example/orders/7?tab=1#top' } });
  t.teardown(() => Reflect.deleteProperty(page, 'location'));
  t.is(parseBaseUrl(''), 'https://shop.example');
  t.is(parseBaseUrl('/api/'), 'https://shop.example/api');
  t.is(parseBaseUrl('http://localhost:3000'), 'http://localhost:3000');
});

test('prefixes request paths with the path of the base URL', async (t) => {
  const api = await startScriptedApi(t, json(200, run()));
  const origin = api.baseUrl;
  await untypedClient({ baseUrl: `${origin}/team/` })
    .run('hello', run().id)
    .run();
  t.is(api.requests[0]?.url, `/team/v1/runs/${run().id}`);
});

test('rejects a key that does not fit into a header without showing it', (t) => {
  const baseUrl = 'https://atlas.example';
  for (const apiKey of ['hunter2\nX: 1', 'hunter2 hunter2', 'hünter2', 'hunter2\0'])
    t.notRegex(t.throws(() => createClient({ baseUrl, apiKey }), { instanceOf: TypeError }).message, /h.nter2/);
  t.notThrows(() => createClient({ baseUrl, apiKey: 'atlas_a_b\n' }));
});

test('rejects timeouts and retry counts that are not numbers from 0 on', async (t) => {
  const baseUrl = 'https://atlas.example';
  for (const amount of [Number.NaN, -1, '30s']) {
    t.throws(() => createClient({ baseUrl, timeoutMs: amount as number }), { message: /^timeoutMs must be/ });
    t.throws(() => createClient({ baseUrl, retries: amount as number }), { message: /^retries must be/ });
    const asking = untypedClient({ baseUrl })
      .run('hello', 'x')
      .run({ timeoutMs: amount as number });
    await t.throwsAsync(asking, { instanceOf: TypeError, message: /^timeoutMs must be/ });
  }
  t.notThrows(() => createClient({ baseUrl, timeoutMs: Number.POSITIVE_INFINITY, retries: 0 }));
});
