import test from 'ava';
import { networkOf } from './network-of.js';

const networks: Readonly<Record<string, string>> = {
  '192.0.2.7': '192.0.2.7',
  '::ffff:192.0.2.7': '192.0.2.7',
  '::FFFF:192.0.2.7': '192.0.2.7',
  '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
  '2001:0DB8:0001:0002::': '2001:db8:1:2::/64',
  '2001:db8:1:2::ffff': '2001:db8:1:2::/64',
  '2001:db8:1::2': '2001:db8:1:0::/64',
  '2001:db8::1:2:3:4:5': '2001:db8:0:1::/64',
  'fe80::1%eth0': 'fe80:0:0:0::/64',
  '::1': '0:0:0:0::/64',
  '::': '0:0:0:0::/64',
  '64:ff9b::192.0.2.7': '64:ff9b:0:0::/64',
  '1:2:3:4:5:6:192.0.2.7': '1:2:3:4::/64',
  '::3:4:5:6:192.0.2.7': '0:0:3:4::/64',
  unknown: 'unknown',
  '': '',
};
for (const [address, network] of Object.entries(networks))
  test(`${JSON.stringify(address)} counts as ${network}`, (t) => {
    t.is(networkOf(address), network);
  });
