import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { parseRange } from './address-range.ts';
import { compileMatcher, createMatcherBuilder, type WarninglistType } from './matcher.ts';
import { readAddress, wordsOf } from './matching/address-words.ts';
import { ValueProbe } from './matching/value-probe.ts';

function listOf(entries: readonly string[]) {
  return entries.map((value) => ({ value, comment: null }));
}

function match(type: WarninglistType, entries: readonly string[], value: string): string | null {
  return compileMatcher(type, listOf(entries)).match(new ValueProbe(value))?.value ?? null;
}

/** The rules, one entry after the other. */
const naive: Record<WarninglistType, (entries: readonly string[], value: string) => string | null> = {
  string: (entries, value) => entries.find((entry) => entry !== '' && entry === value) ?? null,
  substring: (entries, value) => entries.find((entry) => entry !== '' && value.includes(entry)) ?? null,
  hostname(entries, value) {
    const host = (value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/')[0] ?? '').replace(/\.$/, '');
    const labels = host.split('.');
    for (let count = 1; count <= labels.length; count += 1) {
      const suffix = labels.slice(-count).join('.');
      const found = entries.find((entry) => {
        const key = entry.toLowerCase().replaceAll(/^\.+|\.+$/g, '');
        return key !== '' && key === suffix;
      });
      if (found !== undefined) return found;
    }
    return null;
  },
  cidr(entries, value) {
    const asked = parseRange(value);
    if (asked === null) return null;
    const holds = (entry: string) => {
      const network = parseRange(entry);
      if (network === null || network.bits !== asked.bits || network.prefix > asked.prefix) return false;
      const rest = BigInt(network.bits - network.prefix);
      return asked.network >> rest === network.network >> rest;
    };
    return entries.find(holds) ?? null;
  },
  regex: (entries, value) =>
    entries.find((entry) =>
      RE2JS.compile(entry.slice(1, entry.lastIndexOf('/')))
        .matcher(value)
        .find(),
    ) ?? null,
};

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', 'é', '中'), maxLength: 6 });
const host = fc
  .array(fc.constantFrom('a', 'b', 'A', 'com', 'é', ''), { maxLength: 4 })
  .map((labels) => labels.join('.'));
const hostValue = fc
  .tuple(fc.constantFrom('', 'http://', 'x+y://', '://', '1://'), host, fc.constantFrom('', '/', '/b.com', ':80', '.'))
  .map((parts) => parts.join(''));
// Few addresses, so that networks hold each other.
const network = fc
  .tuple(
    fc.constantFrom(
      '10.0.0.0',
      '10.0.0.1',
      '10.1.2.3',
      '255.255.255.255',
      '0.0.0.0',
      '::',
      '2001:db8::1',
      'ffff::',
      '::1',
    ),
    fc.option(fc.constantFrom(0, 1, 8, 9, 16, 24, 31, 32, 33, 64, 127, 128)),
  )
  .map(([address, prefix]) => (prefix === null ? address : `${address}/${prefix}`));
const expression = fc.constantFrom('/a+b/', '/^c/', '/(a|b)$/', '/./', '/b{2}/', '/x/', '/\\.a/');

const worlds: Record<WarninglistType, { entry: fc.Arbitrary<string>; value: fc.Arbitrary<string> }> = {
  string: { entry: letters, value: letters },
  substring: { entry: letters, value: fc.array(letters).map((parts) => parts.join('')) },
  hostname: { entry: host.map((text) => `.${text}.`.slice(text.length % 2)), value: hostValue },
  cidr: { entry: fc.oneof(network, fc.constant('no network')), value: fc.oneof(network, fc.ipV4(), fc.ipV6()) },
  regex: { entry: expression, value: fc.array(letters).map((parts) => parts.join('')) },
};

describe('compileMatcher', () => {
  it.each([
    ['string', ['a.test', 'A.test'], 'A.test', 'A.test'],
    ['string', ['a.test'], 'A.test', null],
    ['string', ['latin', '中文', 'later'], '中文', '中文'],
    ['substring', ['', 'google'], 'https://www.google.test/', 'google'],
    ['substring', ['hers', 'he', 'she'], 'ushers', 'hers'],
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
    ['cidr', ['0.0.0.0/0'], '255.255.255.255', '0.0.0.0/0'],
    ['cidr', ['10.0.0.0/8'], 'not an address', null],
    ['regex', ['/^(security|noc)\\@.*$/i'], 'NOC@example.org', '/^(security|noc)\\@.*$/i'],
    ['regex', ['/(?=look)ahead/', '/b+/'], 'abbb', '/b+/'],
  ] as const)('%s: %j meets %j: %j', (type, entries, value, expected) => {
    expect(match(type, entries, value)).toBe(expected);
  });

  it.each(['string', 'substring', 'hostname', 'cidr', 'regex'] as const)('%s: finds what the rule finds', (type) => {
    const { entry, value } = worlds[type];
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.array(value, { minLength: 1 }), (entries, values) => {
        const compiled = compileMatcher(type, listOf(entries));
        for (const one of [...values, ...entries]) {
          const found = compiled.match(new ValueProbe(one))?.value ?? null;
          expect([one, found]).toEqual([one, naive[type](entries, one)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells the comment of the entry', () => {
    const entries = [
      { value: 'a', comment: null },
      { value: 'b', comment: 'second' },
    ];
    const { match: matchValue } = compileMatcher('string', entries);
    expect(matchValue(new ValueProbe('b'))).toEqual({ value: 'b', comment: 'second' });
    expect(matchValue(new ValueProbe('a'))).toEqual({ value: 'a', comment: null });
  });

  it('answers at once where backtracking would hang', () => {
    expect(match('regex', ['/^(a+)+$/'], `${'a'.repeat(50_000)}b`)).toBeNull();
    const heads = Array.from({ length: 2000 }, (_, index) => `${'a'.repeat(200)}${index}`);
    expect(match('substring', heads, 'a'.repeat(200_000))).toBeNull();
  });

  it('keeps a large list in buffers, and compiles it step by step', () => {
    const builder = createMatcherBuilder('hostname');
    for (let index = 0; index < 20_000; index += 1) builder.add({ value: `host-${index}.example.com`, comment: null });
    const steps = builder.compile();
    let yields = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) yields += 1;
    expect(yields).toBeGreaterThanOrEqual(4);
    expect(step.value.bytes).toBeLessThan(20_000 * 48);
    expect(step.value.match(new ValueProbe('a.host-19999.example.com'))?.value).toBe('host-19999.example.com');
  });
});

describe('readAddress', () => {
  it('reads what parseRange reads', () => {
    const odd = fc.constantFrom(
      '01.2.3.4',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '1..2.3',
      '1.2.3.4/33',
      'fe80::1%eth0',
      'a.b',
    );
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), network, odd, letters), (text) => {
        const range = parseRange(text);
        expect(readAddress(text)).toEqual(
          range === null ? null : { bits: range.bits, prefix: range.prefix, words: wordsOf(range.network, range.bits) },
        );
      }),
    );
  });
});
