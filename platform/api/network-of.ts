import { isIPv6 } from 'node:net';

/**
 * What counts as one client for the limit per address: an IPv4 address, or the /64 network of an IPv6 address, because a single
 * subscriber has all 2⁶⁴ addresses of such a network.
 */
export function networkOf(address: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 !== undefined || !isIPv6(address)) return ipv4 ?? address;
  const [head = '', tail] = address.replace(/%.*/, '').split('::');
  const front = groupsOf(head);
  const back = groupsOf(tail ?? '');
  // A trailing IPv4 address counts as two groups.
  const given = front.length + back.length + (address.includes('.') ? 1 : 0);
  const groups = [...front, ...Array.from({ length: 8 - given }, () => '0'), ...back].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
