import test from 'ava';
import { testProduct as product } from '../testing/test-product.js';
import { readSettings, SettingsInvalid } from './settings.js';

/** The value of a setting, or the form that its fault suggests. */
function readAs(
  name: 'API_CORS_ORIGINS' | 'API_ALLOWED_HOSTS' | 'API_HOST' | 'TEMPORAL_ADDRESS',
  text: string,
): unknown {
  try {
    return [readSettings(product, { POSTGRES_PASSWORD: 'x', [name]: text }).settings[name]].flat().join();
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    return { suggested: /; use (.*)$/.exec(error.message)?.[1] };
  }
}

test('converts origins to the form that browsers send', (t) => {
  const origins: Record<string, unknown> = {
    'https://Shop.Example.com': 'https://shop.example.com',
    'HTTPS://shop.example.com:443': 'https://shop.example.com',
    'http://shop.example.com:80': 'http://shop.example.com',
    'http://shop.example.com:443': 'http://shop.example.com:443',
    'https://münchen.example': 'https://xn--mnchen-3ya.example',
    'http://[0:0:0:0:0:0:0:1]:5173': 'http://[::1]:5173',
    'http://a_b.example, https://C.example': 'http://a_b.example,https://c.example',
    'https://shop.example/': { suggested: 'https://shop.example' },
    'https://shop.example/path?a#b': { suggested: 'https://shop.example' },
    'https://ada:secret@shop.example': { suggested: 'https://shop.example' },
    'shop.example': { suggested: 'https://shop.example' },
    'localhost:5173': { suggested: 'http://localhost:5173' },
    'https://shop.example/,https://B.example': { suggested: 'https://shop.example,https://b.example' },
  };
  for (const [text, expected] of Object.entries(origins)) t.deepEqual(readAs('API_CORS_ORIGINS', text), expected, text);
  for (const text of ['*', 'null', 'https://*.example', 'ftp://shop.example', 'https://shop.example:99999', 'https://'])
    t.deepEqual(readAs('API_CORS_ORIGINS', text), { suggested: undefined }, text);
  t.deepEqual(readAs('API_CORS_ORIGINS', 'https://a.example,https://A.example:443'), {
    suggested: 'https://a.example',
  });
});

test('converts host names to the form of the header Host', (t) => {
  const hosts: Record<string, unknown> = {
    'Atlas.Example': 'atlas.example',
    'atlas.example.': 'atlas.example',
    'münchen.example': 'xn--mnchen-3ya.example',
    '::1': '[::1]',
    '[2001:DB8:0::1]': '[2001:db8::1]',
    'atlas.example:8443': { suggested: 'atlas.example' },
    'https://atlas.example/': { suggested: 'atlas.example' },
    '[::1]:3000': { suggested: '[::1]' },
    '*': { suggested: undefined },
    '*.example': { suggested: undefined },
  };
  for (const [text, expected] of Object.entries(hosts)) t.deepEqual(readAs('API_ALLOWED_HOSTS', text), expected, text);
});

test('converts addresses to canonical form, so that loopback addresses are recognised', (t) => {
  const addresses: Record<string, unknown> = {
    LOCALHOST: 'localhost',
    '[::1]': '::1',
    '0:0:0:0:0:0:0:1': '::1',
    '127.1': '127.0.0.1',
    'localhost:3000': { suggested: 'localhost' },
    'abc:1': { suggested: 'abc' },
    'http://localhost:3000': { suggested: 'localhost' },
    ' 127.0.0.1': { suggested: '127.0.0.1' },
    '/var/run': { suggested: undefined },
  };
  for (const [text, expected] of Object.entries(addresses)) t.deepEqual(readAs('API_HOST', text), expected, text);
  const endpoints: Record<string, unknown> = {
    'LocalHost:7233': 'localhost:7233',
    '[0:0:0:0:0:0:0:1]:7233': '[::1]:7233',
    'http://temporal:7233/': { suggested: 'temporal:7233' },
    temporal: { suggested: undefined },
    '::1:7233': { suggested: undefined },
    'temporal:0': { suggested: undefined },
  };
  for (const [text, expected] of Object.entries(endpoints))
    t.deepEqual(readAs('TEMPORAL_ADDRESS', text), expected, text);
});
