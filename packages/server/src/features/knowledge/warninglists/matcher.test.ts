import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from './address-range.ts';
import { compileMatcher, type WarninglistType } from './matcher.ts';

function match(type: WarninglistType, entries: readonly string[], value: string): string | null {
  return (
    compileMatcher(
      type,
      entries.map((entry) => ({ value: entry, comment: null })),
    )(value)?.value ?? null
  );
}

describe('compileMatcher', () => {
  it.each([
    ['string', ['a.test', 'A.test'], 'A.test', 'A.test'],
    ['string', ['a.test'], 'A.test', null],
    ['substring', ['', 'google'], 'https://www.google.test/', 'google'],
    ['hostname', ['.Example.org.'], 'https://www.example.org/path', '.Example.org.'],
    ['hostname', ['example.org'], 'notexample.org', null],
    ['hostname', ['example.org'], 'example.org:8080', null],
    ['hostname', ['org', 'example.org'], 'example.org', 'org'],
    ['cidr', ['192.168.0.0/16', '10.0.0.0/8'], '10.1.2.3', '10.0.0.0/8'],
    ['cidr', ['10.0.0.0/8', '0.0.0.0/0'], '10.0.0.0/8', '10.0.0.0/8'],
    ['cidr', ['10.1.0.0/16'], '10.0.0.0/8', null],
    ['cidr', ['192.0.2.7'], '192.0.2.7', '192.0.2.7'],
    ['cidr', ['2001:db8::/32'], '2001:DB8:0:1::5', '2001:db8::/32'],
    ['cidr', ['::ffff:0:0/96'], '::ffff:192.0.2.1', '::ffff:0:0/96'],
    ['cidr', ['10.0.0.0/8'], 'not an address', null],
    ['regex', ['/^(security|noc)\\@.*$/i'], 'NOC@example.org', '/^(security|noc)\\@.*$/i'],
    ['regex', ['/(?=look)ahead/', '/b+/'], 'abbb', '/b+/'],
  ] as const)('%s: %j meets %j: %j', (type, entries, value, expected) => {
    expect(match(type, entries, value)).toBe(expected);
  });

  it('answers at once where a backtracking engine would hang', () => {
    expect(match('regex', ['/^(a+)+$/'], `${'a'.repeat(50_000)}b`)).toBeNull();
  });

  it('finds the first substring of the list that occurs', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(text),
        fc.array(text).map((parts) => parts.join('')),
        (entries, value) => {
          const expected = entries.find((entry) => entry !== '' && value.includes(entry)) ?? null;
          expect(match('substring', entries, value)).toBe(expected);
        },
      ),
    );
  });

  it('finds every address in its own network', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 128 }), (address, wanted) => {
        const bits = parseRange(address)?.bits ?? 0;
        const network = `${address}/${Math.min(wanted, bits)}`;
        expect(match('cidr', [network], address)).toBe(network);
      }),
    );
  });
});
