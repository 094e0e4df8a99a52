import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findIndicators } from './find-indicators.ts';

function typesIn(text: string): string[] {
  return findIndicators(text).map(({ type, value }) => `${type} ${value}`);
}

describe('findIndicators', () => {
  it('takes a report apart', () => {
    const text =
      'hxxps://evil[.]example[:]8443/a.php, 203.0.113.9:443 bad.doc|d41d8cd98f00b204e9800998ecf8427e "HKLM\\Software\\Bad"';
    expect(typesIn(text)).toEqual([
      'regkey HKLM\\Software\\Bad',
      'url https://evil.example:8443/a.php',
      'ip-dst|port 203.0.113.9|443',
      'filename|md5 bad.doc|d41d8cd98f00b204e9800998ecf8427e',
    ]);
  });

  it.each([
    ['192.0.2.1', 'ip-dst 192.0.2.1'],
    ['192[.]0[.]2[.]1', 'ip-dst 192.0.2.1'],
    ['2001:db8::1', 'ip-dst 2001:db8::1'],
    ['[2001:db8::1]:8080', 'ip-dst|port 2001:db8::1|8080'],
    ['192.0.2.0/24', 'ip-dst 192.0.2.0/24'],
    ['evil(dot)com', 'domain evil.com'],
    ['www.evil.co.uk', 'hostname www.evil.co.uk'],
    ['пример.рф', 'domain пример.рф'],
    ['evil.com:8080', 'domain evil.com'],
    ['evil.com/path', 'url evil.com/path'],
    ['https://www.virustotal.com/gui/file/1', 'link https://www.virustotal.com/gui/file/1'],
    ['user[at]evil[.]com', 'email-src user@evil.com'],
    ['cve-2021-44228', 'vulnerability CVE-2021-44228'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C', 'ssdeep 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'],
    [
      'a.txt|3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C',
      'filename|ssdeep a.txt|3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C',
    ],
    ['C:\\Windows\\x.dll', 'filename C:\\Windows\\x.dll'],
    ['+352123456', 'phone-number +352123456'],
    ['as64500', 'AS AS64500'],
    ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT'],
    ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'btc bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
    ['expyuzz4wqqyqhjn.onion', 'domain expyuzz4wqqyqhjn.onion'],
  ])('recognises %s', (text, expected) => {
    expect(typesIn(text)).toEqual([expected]);
  });

  it.each(['hello world', '12:30:45', '2024-01-02', '1.2.3', 'C:\\noext', '\\\\server\\share', '', '{', '-'])(
    'finds nothing in %j',
    (text) => {
      expect(findIndicators(text)).toEqual([]);
    },
  );

  it('offers other types and tells the port', () => {
    expect(findIndicators('8.8.8.8:53')).toEqual([
      {
        value: '8.8.8.8|53',
        originalValue: '8.8.8.8:53',
        type: 'ip-dst|port',
        category: 'Network activity',
        toIds: true,
        alternatives: ['ip-dst|port', 'ip-src|port', 'ip-src|port/ip-dst|port'],
        comment: 'On port 53',
      },
    ]);
  });

  it('lists each value once', () => {
    expect(typesIn('evil.com evil[.]com "evil.com" evil.com.')).toEqual(['domain evil.com']);
  });

  it('reads the texts of a JSON object', () => {
    expect(typesIn('{"a":{"b":["evil.com",1,true,null,"see 192.0.2.1"]}}')).toEqual([
      'domain evil.com',
      'ip-dst 192.0.2.1',
    ]);
  });

  it('passes over what the caller excludes', () => {
    expect(findIndicators('evil.com good.com', { exclude: (token) => token.startsWith('good') })).toHaveLength(1);
  });

  const size = 1_000_000;
  it.each([
    ['one endless word', 'a'.repeat(size)],
    ['dots', '.'.repeat(size)],
    ['quotes', '"'.repeat(size)],
    ['an open quote', `"${'a '.repeat(size / 2)}`],
    ['brackets', '[.]'.repeat(size / 3)],
    ['colons', ':80'.repeat(size / 3)],
    ['labels', 'a.'.repeat(size / 2)],
    ['at signs', 'a@'.repeat(size / 2)],
    ['slashes', 'a/'.repeat(size / 2)],
    ['backslashes', '\\a'.repeat(size / 2)],
    ['parentheses', '()'.repeat(size / 2)],
    ['deep JSON', `{"a":${'['.repeat(size / 2 - 10)}1${']'.repeat(size / 2 - 10)}}`],
    ['words of the longest length', `${'1-'.repeat(32_000)} `.repeat(15)],
    ['dotted words of the longest length', `${'a.'.repeat(32_000)}x `.repeat(15)],
    [
      'many addresses',
      Array.from({ length: 80_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`).join(' '),
    ],
  ])('reads a megabyte of %s in a second or so of the processor', (_, text) => {
    const before = process.cpuUsage();
    findIndicators(text);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
  });
});

const recorded = '../shared/golden/freetext.jsonl';

describe.skipIf(!existsSync(recorded))('a recorded import of free text (needs ../shared/golden)', () => {
  it('finds the same', () => {
    const [line = '{}'] = readFileSync(recorded, 'utf8').split('\n');
    const { request, response } = JSON.parse(line);
    const found = findIndicators(request.body.value).map((indicator) => ({
      types: Object.fromEntries(indicator.alternatives.map((type) => [type, type])),
      default_type: indicator.type,
      ...(indicator.comment === undefined ? {} : { comment: indicator.comment }),
      value: indicator.value,
      original_value: indicator.originalValue,
      to_ids: Number(indicator.toIds),
    }));
    expect(found).toEqual(response.body);
  });
});
