import { BlockList, isIP } from 'node:net';

/** Where no public host lives, as IANA's special-purpose registries list it (RFC 6890 and its successors). */
const innerIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Inside what is global unicast: tunnels that carry an IPv4 address of anybody's choice, documentation, benchmarks. */
const innerIpv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];
/** All of public IPv6 lies in here; loopback, mapped, translated, unique local, link-local and multicast do not. */
const globalUnicast = ['2000::', 3] as const;

const inner = new BlockList();
for (const [network, bits] of innerIpv4) inner.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of innerIpv6) inner.addSubnet(network, bits, 'ipv6');
const global = new BlockList();
global.addSubnet(...globalUnicast, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address is one that anybody on the Internet could be reached at; what is no address is not. */
export const isPublicAddress = (address: string): boolean => {
  const version = isIP(address);
  if (version === 4) return !inner.check(address, 'ipv4');
  return version === 6 && global.check(address, 'ipv6') && !inner.check(address, 'ipv6');
};

export const isLoopbackAddress = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
