import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { typeFacts } from '../attribute-types/catalogue.ts';
import { findIndicators } from './find-indicators.ts';

/** A word as it stands in a text, with what it must be taken for. */
interface Word {
  readonly written: string;
  readonly type: string;
  readonly value: string;
}

const label = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const domain = fc.tuple(label, fc.constantFrom('com', 'org', 'net')).map(([name, tld]) => `${name}.${tld}`);
const byte = fc.nat(255);
const address = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join('.'));
const digest = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

/** The same value in the ways in which people keep it from being clicked. */
const defanged = (value: string) =>
  fc.constantFrom(value, value.replaceAll('.', '[.]'), value.replaceAll('.', '(dot)'), value.replace('.', '[dot]'));

const written = (type: string, value: string) => defanged(value).map((text): Word => ({ written: text, type, value }));

const word: fc.Arbitrary<Word> = fc.oneof(
  address.chain((value) => written('ip-dst', value)),
  domain.chain((value) => written('domain', value)),
  fc.tuple(label, domain).chain(([name, rest]) => written('hostname', `${name}.${rest}`)),
  fc.tuple(domain, label).chain(([host, path]) =>
    fc.constantFrom('http', 'hxxp').map(
      (scheme): Word => ({
        written: `${scheme}://${host.replace('.', '[.]')}/${path}`,
        type: 'url',
        value: `http://${host}/${path}`,
      }),
    ),
  ),
  fc.tuple(address, fc.integer({ min: 10, max: 65_535 })).map(
    ([ip, port]): Word => ({
      written: `${ip}:${port}`,
      type: 'ip-dst|port',
      value: `${ip}|${port}`,
    }),
  ),
  fc.tuple(label, domain).map(
    ([name, host]): Word => ({
      written: `${name}[@]${host}`,
      type: 'email-src',
      value: `${name}@${host}`,
    }),
  ),
  digest(32).map((value): Word => ({ written: value, type: 'md5', value })),
  digest(64).map((value): Word => ({ written: value, type: 'sha256', value })),
  fc.tuple(label, digest(40)).map(([name, hash]): Word => {
    const value = `${name}.exe|${hash}`;
    return { written: value, type: 'filename|sha1', value };
  }),
  fc.integer({ min: 1000, max: 9_999_999 }).map(
    (number): Word => ({
      written: `cve-2024-${number}`,
      type: 'vulnerability',
      value: `CVE-2024-${number}`,
    }),
  ),
);
const separator = fc.constantFrom(' ', '\n', ', ', '; ', '\t', ' <', '> ', ' and then we saw ', '\u00a0', '\r\n');

describe('findIndicators', () => {
  it('finds every value once, in order of appearance, whatever stands between and however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, separator), { maxLength: 30 }), (words) => {
        const text = words.map(([item, between]) => item.written + between).join('');
        const expected = new Map<string, string>();
        for (const [{ type, value }] of words) if (!expected.has(value)) expected.set(value, type);
        expect(findIndicators(text).map(({ type, value }) => [value, type])).toEqual([...expected]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds in two texts what it finds in each', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab1.:/@[]()|-\\ "cdehtp'), maxLength: 80 });
    fc.assert(
      fc.property(text, text, (one, two) => {
        const unquoted = [one, two].map((part) => part.replaceAll('"', ''));
        const apart = unquoted.flatMap((part) => findIndicators(part).map(({ value }) => value));
        expect(findIndicators(unquoted.join('\n')).map(({ value }) => value)).toEqual([...new Set(apart)]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds nothing twice, nothing empty and nothing of an unknown type, in any text', () => {
    const piece = fc.constantFrom(
      ...'evil.com 1.2.3.4 ::1 hxxp:// https:// [.] (dot) [at] @ | :80 :65536 /24'.split(' '),
      ...['/33', 'd41d8cd98f00b204e9800998ecf8427e', '3:abc:def', 'CVE-2024-1234', 'AS123', '+49', '-', '123456', '\\'],
      ...'C:\\ HKLM\\ " { {"a":" "}'.split(' '),
      ' ',
      ...'\n \u00a0 \ufeff .рф xn-- www. .. ?q=1'.split(' '),
    );
    const mixed = fc.array(fc.oneof(piece, hostileText(3)), { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(hostileText(60), mixed), (text) => {
        const found = findIndicators(text);
        expect(new Set(found.map(({ value }) => value)).size).toBe(found.length);
        for (const { value, type, alternatives } of found) {
          expect(value).not.toBe('');
          expect([value, type, typeFacts(type)]).not.toContain(undefined);
          expect(alternatives).toContain(type);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
