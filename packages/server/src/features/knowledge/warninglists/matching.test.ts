import { fc } from '@magpie/testkit/property';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { gatherActiveLists } from './active-lists.ts';
import { parseRange } from './address-range.ts';
import { type CompiledList, createListCompiler, type WarninglistEntry, type WarninglistType } from './compiled-list.ts';
import { readAddress, wordsOf } from './matching/address-words.ts';

function run<Result>(steps: Generator<void, Result>): { result: Result; yields: number } {
  for (let yields = 0; ; yields += 1) {
    const step = steps.next();
    if (step.done) return { result: step.value, yields };
  }
}

function compile(type: WarninglistType, entries: readonly (string | WarninglistEntry)[]): CompiledList {
  const compiler = createListCompiler(type);
  for (const entry of entries) compiler.add(typeof entry === 'string' ? { value: entry, comment: null } : entry);
  return run(compiler.compile()).result;
}

interface TestList {
  type: WarninglistType;
  entries: readonly string[];
  types?: readonly string[];
}

function gather(lists: readonly TestList[]) {
  return run(
    gatherActiveLists(
      lists.map(({ type, entries, types = ['ALL'] }, index) => ({
        id: index,
        name: `list ${index}`,
        category: 'known',
        types: new Set(types),
        compiled: compile(type, entries),
      })),
    ),
  ).result;
}

function match(type: WarninglistType, entries: readonly string[], value: string): string | null {
  return gather([{ type, entries }]).hits(value, null)[0]?.entry.value ?? null;
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

const kinds = ['string', 'substring', 'hostname', 'cidr', 'regex'] as const;
const worlds: Record<WarninglistType, { entry: fc.Arbitrary<string>; value: fc.Arbitrary<string> }> = {
  string: { entry: letters, value: letters },
  substring: { entry: letters, value: fc.array(letters).map((parts) => parts.join('')) },
  hostname: { entry: host.map((text) => `.${text}.`.slice(text.length % 2)), value: hostValue },
  cidr: { entry: fc.oneof(network, fc.constant('no network')), value: fc.oneof(network, fc.ipV4(), fc.ipV6()) },
  regex: { entry: expression, value: fc.array(letters).map((parts) => parts.join('')) },
};

describe('a warninglist', () => {
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

  it('finds what the rules find, in each of many lists of all kinds, in their order', () => {
    const list = fc.constantFrom(...kinds).chain((type) =>
      fc.record({
        type: fc.constant(type),
        entries: fc.array(worlds[type].entry, { maxLength: 12 }),
        types: fc.constantFrom<readonly string[]>(['ALL'], ['domain'], ['ip-src', 'domain'], ['ip-src']),
      }),
    );
    const value = fc.oneof(...kinds.map((type) => worlds[type].value));
    fc.assert(
      fc.property(fc.array(list, { maxLength: 8 }), fc.array(value, { minLength: 1 }), (lists, values) => {
        const active = gather(lists);
        for (const one of [...values, ...lists.flatMap(({ entries }) => entries)]) {
          for (const type of [null, 'domain', 'ip-src', 'md5']) {
            const expected = lists.flatMap(({ type: kind, entries, types }, index) => {
              if (type !== null && !types.includes('ALL') && !types.includes(type)) return [];
              const entry = naive[kind](entries, one);
              return entry === null ? [] : [`${index} ${entry}`];
            });
            const found = active.hits(one, type).map(({ list: { id }, entry }) => `${id} ${entry.value}`);
            expect([one, type, found]).toEqual([one, type, expected]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells the comment of the entry', () => {
    const list = compile('string', ['a', { value: 'b', comment: 'second' }]);
    expect([list.entry(0), list.entry(1)]).toEqual([
      { value: 'a', comment: null },
      { value: 'b', comment: 'second' },
    ]);
  });

  it('answers at once where backtracking would hang', () => {
    expect(match('regex', ['/^(a+)+$/'], `${'a'.repeat(50_000)}b`)).toBeNull();
    const heads = Array.from({ length: 2000 }, (_, index) => `${'a'.repeat(200)}${index}`);
    expect(match('substring', heads, 'a'.repeat(200_000))).toBeNull();
  });

  it('keeps a large list in buffers, and compiles it step by step', () => {
    const compiler = createListCompiler('hostname');
    for (let index = 0; index < 20_000; index += 1) compiler.add({ value: `host-${index}.example.com`, comment: null });
    const { result, yields } = run(compiler.compile());
    expect(yields).toBeGreaterThanOrEqual(4);
    const types = new Set(['ALL']);
    const gathered = run(gatherActiveLists([{ id: 1, name: '', category: 'known', types, compiled: result }]));
    expect(gathered.yields).toBeGreaterThanOrEqual(4);
    expect(gathered.result.bytes).toBeLessThan(20_000 * 60);
    const [hit] = gathered.result.hits('a.host-19999.example.com', 'domain');
    expect(hit?.entry.value).toBe('host-19999.example.com');
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
