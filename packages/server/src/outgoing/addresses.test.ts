import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { listNetworks, mayConnectTo } from './addresses.ts';

describe('mayConnectTo', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '198.18.0.1',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:10.0.0.1',
    '::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2001:db8::1',
  ])('refuses the private address %s to URLs of users and allows it to what is configured', (address) => {
    expect(mayConnectTo(address, 'public-only')).toBe(false);
    if (!address.startsWith('2001:db8')) expect(mayConnectTo(address, 'configured')).toBe(true);
  });

  it.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '0.0.0.0',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    'localhost',
    '127.1',
    '',
  ])('never connects to %s', (address) => {
    expect(mayConnectTo(address, 'public-only')).toBe(false);
    expect(mayConnectTo(address, 'configured')).toBe(false);
  });

  it.each(['1.1.1.1', '172.32.0.1', '8.8.8.8', '2606:4700::1111', '::ffff:1.1.1.1', '2002:101:101::'])(
    'connects to the public address %s',
    (address) => {
      expect(mayConnectTo(address, 'public-only')).toBe(true);
    },
  );

  it('lets URLs of users reach the private networks that were opened, in every form, and no others', () => {
    const reachable = listNetworks(['10.20.0.0/16', '127.0.0.1', 'fd00:1::/32', '169.254.0.0/16']);
    for (const address of ['10.20.3.4', '::ffff:10.20.3.4', '127.0.0.1', 'fd00:1::7', '1.1.1.1']) {
      expect(mayConnectTo(address, 'public-only', reachable), address).toBe(true);
    }
    // Link-local addresses stay closed whatever was opened.
    for (const address of ['10.21.0.1', '127.0.0.2', 'fd00:2::1', '192.168.0.1', '169.254.169.254', '0.0.0.0']) {
      expect(mayConnectTo(address, 'public-only', reachable), address).toBe(false);
    }
  });

  it('does not let translation of one’s own hide an address', () => {
    // RFC 6052, section 2.2: behind a prefix of 48 bits the address stands before the last 32 bits.
    expect(mayConnectTo('64:ff9b:1:7f00:0:100:808:808', 'public-only')).toBe(false);
    expect(mayConnectTo('64:ff9b:1::169.254.169.254', 'configured')).toBe(false);
    expect(mayConnectTo('64:ff9b:1::10.0.0.1', 'configured')).toBe(true);
  });

  const byte = fc.nat(255);
  const special = fc
    .tuple(
      fc.constantFrom('10', '127', '0', '169.254', '172.16', '172.31', '172.32', '192.168', '224', '255'),
      byte,
      byte,
      byte,
    )
    .map(([start, ...rest]) => [...start.split('.'), ...rest].slice(0, 4).join('.'));
  const policy = fc.constantFrom('public-only', 'configured');

  it('judges every form that holds an IPv4 address as that address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), special), policy, (address, by) => {
        const expected = mayConnectTo(address, by);
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
        const forms = [`::ffff:${address}`, `64:ff9b::${address}`, `::ffff:0:${address}`, `2002:${high}:${low}::1`];
        for (const form of [
          ...forms,
          `0:0:0:0:0:FFFF:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `::ffff:${address}%1`,
        ])
          expect([form, mayConnectTo(form, by)]).toEqual([form, expected]);
      }),
    );
  });
});
