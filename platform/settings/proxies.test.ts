import test from 'ava';
import { bypassProxies, proxyFor } from './proxies.js';

const proxied = { https_proxy: 'http://proxy.example.com:3128' };
const address = 'proxy.example.com:3128';

test('bypasses the proxy for this machine and for names without a dot', (t) => {
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '0.0.0.0', '::', 'a.localhost', 'temporal'])
    t.is(proxyFor(host, proxied), undefined, host);
});

test('selects the proxy of other servers in the order of gRPC', (t) => {
  const host = 'ns.a1.tmprl.cloud';
  t.deepEqual(proxyFor(host, proxied), { address });
  t.deepEqual(proxyFor(host, { ...proxied, http_proxy: 'http://other.example.com' }), { address });
  t.deepEqual(proxyFor(host, { ...proxied, grpc_proxy: 'http://a:b%40c@grpc.example.com' }), {
    address: 'grpc.example.com:80',
    user: { name: 'a', password: 'b@c' },
  });
  t.deepEqual(proxyFor('fd00::2', proxied), { address });
});

test('keeps a password with a bare % unchanged', (t) => {
  const { user } = proxyFor('t.example.com', { http_proxy: 'http://u:100%@p:1' }) ?? {};
  t.deepEqual(user, { name: 'u', password: '100%' });
});

test('ignores what grpc-js ignores: upper-case variables, SOCKS proxies and invalid URLs', (t) => {
  for (const env of [{ HTTPS_PROXY: 'http://p:1' }, { https_proxy: 'socks5://p:1' }, { https_proxy: 'p' }, {}])
    t.is(proxyFor('t.example.com', env), undefined);
});

for (const [excluded, host] of Object.entries({
  '*': 'a.example.com',
  'example.com': 'a.example.com',
  '.example.com': 'a.example.com',
  '*.example.com': 'a.example.com',
  'A.Example.com': 'a.example.com',
  'a.example.com:7233': 'a.example.com',
  '[fd00::2]:7233': 'fd00::2',
  'b.example.org, a.example.com': 'a.example.com',
  '10.0.0.0/8': '10.2.3.4',
  '10.2.3.4': '10.2.3.4',
}))
  test(`no_proxy=${excluded} excludes ${host} only`, (t) => {
    t.is(proxyFor(host, { ...proxied, no_proxy: excluded }), undefined);
    t.is(proxyFor(host, { ...proxied, no_grpc_proxy: excluded, no_proxy: 'x' }), undefined);
    if (excluded !== '*') t.deepEqual(proxyFor('11.2.3.5', { ...proxied, no_proxy: excluded }), { address });
  });

test('adds loopback and own addresses to the exclusions of the user in each variable', (t) => {
  const env = { NO_PROXY: 'a.example.com, b.example.com', no_grpc_proxy: 'c.example.com' };
  bypassProxies(['192.0.2.7', '127.0.0.1'], env);
  const own = 'localhost,127.0.0.1,::1,[::1],192.0.2.7';
  t.deepEqual(env as object, {
    NO_PROXY: `a.example.com,b.example.com,${own}`,
    no_proxy: `a.example.com,b.example.com,${own}`,
    no_grpc_proxy: `c.example.com,${own}`,
  });
});

test('keeps the exclusions of each variable, and *', (t) => {
  const env = { NO_PROXY: 'a.example.com', no_proxy: '*' };
  bypassProxies([], env);
  t.deepEqual(env, { NO_PROXY: 'a.example.com,localhost,127.0.0.1,::1,[::1]', no_proxy: '*' });
});
