import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { inBatches, textOf } from '../testing.ts';
import { addressTrigger } from './address.ts';
import { type RpzOptions, writeRpz } from './write-rpz.ts';

const options: RpzOptions = {
  policy: 'NXDOMAIN',
  walledGarden: '127.0.0.1',
  ns: 'localhost.',
  nsAlt: '',
  email: 'root.localhost',
  serial: '2024013100',
  refresh: '2h',
  retry: '30m',
  expiry: '30d',
  minimumTtl: '1h',
  ttl: '1w',
};
const zone = (names: string[]) =>
  textOf(
    writeRpz(
      { addresses: () => inBatches<string>(), domains: () => inBatches(names), hostnames: () => inBatches<string>() },
      options,
    ),
  );

describe('response policy zones', () => {
  it('write addresses in reverse, with the longest run of zeros as zz', () => {
    expect(
      [
        '203.0.113.9',
        '198.51.100.7/24',
        '2001:db8::7',
        '2001:db8:0:1::/64',
        '::',
        '::ffff:192.0.2.1',
        '1:0:0:2:0:0:0:3',
      ].map(addressTrigger),
    ).toEqual([
      '32.9.113.0.203.rpz-ip',
      '24.0.100.51.198.rpz-ip',
      '128.7.zz.db8.2001.rpz-ip',
      '64.zz.1.0.db8.2001.rpz-ip',
      '128.zz.rpz-ip',
      '128.201.c000.ffff.zz.rpz-ip',
      '128.3.zz.2.0.0.1.rpz-ip',
    ]);
    for (const wrong of ['', 'x', '1.2.3.4/33', '1.2.3.4/0', '::1/129', '1.2.3.4/8/8', 'fe80::1%eth0']) {
      expect(addressTrigger(wrong)).toBeNull();
    }
  });

  it('have no line but of the names themselves, whatever the values are', async () => {
    const label = fc.oneof(fc.constantFrom('a', 'é', '*', '', 'xn--a', '@', '$ORIGIN', 'ß', '中'), hostileText(3));
    const names = fc.oneof(
      hostileText(),
      fc.array(label, { maxLength: 4 }).map((labels) => labels.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 5 }), async (names) => {
        const lines = (await zone(names)).split('\n').slice(4);
        for (const line of lines) expect(line).toMatch(/^(; The following [^\n]*|[\w.*-]+ CNAME \.)?$/);
      }),
    );
    expect(await zone(['münchen.example', 'bad.example. TXT "x"', `${'a'.repeat(64)}.example`])).toContain(
      'xn--mnchen-3ya.example CNAME .\n*.xn--mnchen-3ya.example CNAME .\n\n',
    );
  });
});
