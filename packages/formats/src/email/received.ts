import { BlockList, isIP } from 'node:net';

/** Networks within an organisation (RFC 1918, 4193, 6598), of one wire (RFC 3927, 4291), and of a machine itself. */
const inner = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.64.0.0/10',
]) {
  const [address = '', bits] = network.split('/');
  inner.addSubnet(address, Number(bits), 'ipv4');
}
for (const network of ['fc00::/7', 'fe80::/10', '::/128', '::1/128']) {
  const [address = '', bits] = network.split('/');
  inner.addSubnet(address, Number(bits), 'ipv6');
}

const LONGEST = 4_000;

/**
 * Who handed a message over, as far as a `Received` header line says (RFC 5321, 4.4: `from`, a name, and an address in
 * brackets): its outer address, and the name beside it.
 */
export function senderIn(received: string): { address: string; host: string } | null {
  const [clause = ''] = received.slice(0, LONGEST).split(/\sby\s/i, 1);
  const words = clause.trim().split(/[\s()[\]]+/);
  if (words[0]?.toLowerCase() !== 'from') return null;
  const address = words.map((word) => word.replace(/^IPv6:/i, '')).find(isOuter);
  if (address === undefined) return null;
  const [, name = ''] = words;
  return { address, host: isHost(name) ? name.toLowerCase() : '' };
}

/** Whether a text is an address of the public Internet. */
export function isOuter(text: string): boolean {
  const version = isIP(text);
  return version !== 0 && !inner.check(text, version === 4 ? 'ipv4' : 'ipv6');
}

function isHost(name: string): boolean {
  return name.length <= 255 && /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i.test(name);
}
