import { describe, expect, it } from 'vitest';
import { findIndicators } from './find-indicators.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA224 = 'd14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA384 = `${SHA256}${MD5}`;
const SHA512 = `${SHA256}${SHA256}`;
const SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C';
const ADDRESS = 'ip-dst, ip-src, ip-src/ip-dst';
const ADDRESS_PORT = 'ip-dst|port, ip-src|port, ip-src|port/ip-dst|port';
const HOST = 'hostname, domain, url, filename';
const EMAIL = 'email, email-src, email-dst, target-email, whois-registrant-email';

/** Text, value, default type, all types, and the comment where the rule looks for a port. */
type Row = readonly [text: string, value: string, type: string, types: string, comment?: string | false];

function told(text: string): Row[] {
  return findIndicators(text).map(({ value, type, alternatives, comment }): Row => {
    const types = alternatives.join(', ');
    return comment === undefined ? [text, value, type, types] : [text, value, type, types, comment];
  });
}

/** By rule, as they are tried. */
const rows: readonly Row[] = [
  // 1: addresses as they are
  ['192.0.2.1', '192.0.2.1', 'ip-dst', ADDRESS],
  ['2001:DB8::1', '2001:DB8::1', 'ip-dst', ADDRESS],
  // 2: a file name with a hash
  [`a.doc|${MD5}`, `a.doc|${MD5}`, 'filename|md5', 'filename|md5, filename|imphash'],
  [`a.doc|${SHA1}`, `a.doc|${SHA1}`, 'filename|sha1', 'filename|sha1, filename|pehash'],
  [`a.doc|${SHA224}`, `a.doc|${SHA224}`, 'filename|sha224', 'filename|sha224, filename|sha512/224'],
  [
    ...([`a.doc|${SHA256}`, `a.doc|${SHA256}`, 'filename|sha256'] as const),
    'filename|sha256, filename|authentihash, filename|sha512/256',
  ],
  [`a.doc|${SHA384}`, `a.doc|${SHA384}`, 'filename|sha384', 'filename|sha384'],
  [`a.doc|${SHA512}`, `a.doc|${SHA512}`, 'filename|sha512', 'filename|sha512'],
  [`a.doc|${SSDEEP}`, `a.doc|${SSDEEP}`, 'filename|ssdeep', 'filename|ssdeep'],
  // 3: hashes by their length, as they are written
  [MD5.toUpperCase(), MD5.toUpperCase(), 'md5', 'md5, imphash, x509-fingerprint-md5, ja3-fingerprint-md5'],
  [SHA1, SHA1, 'sha1', 'sha1, pehash, x509-fingerprint-sha1, cdhash'],
  [SHA224, SHA224, 'sha224', 'sha224, sha512/224'],
  [SHA256, SHA256, 'sha256', 'sha256, authentihash, sha512/256, x509-fingerprint-sha256'],
  [SHA384, SHA384, 'sha384', 'sha384'],
  [SHA512, SHA512, 'sha512', 'sha512'],
  [
    ...(['1234567891234567891234567891abcd', '1234567891234567891234567891abcd', 'md5'] as const),
    'md5, imphash, x509-fingerprint-md5, ja3-fingerprint-md5, btc',
  ],
  // 4: ssdeep
  [SSDEEP, SSDEEP, 'ssdeep', 'ssdeep'],
  // refanging, then 5: addresses of mail
  ['user@evil.com', 'user@evil.com', 'email-src', EMAIL],
  ['user[@]evil.com', 'user@evil.com', 'email-src', EMAIL],
  ['user[at]evil[dot]com', 'user@evil.com', 'email-src', EMAIL],
  ['a.b+c@mail.evil(dot)com', 'a.b+c@mail.evil.com', 'email-src', EMAIL],
  // ports, then 6: addresses
  ['192[.]0[.]2[.]1', '192.0.2.1', 'ip-dst', ADDRESS, false],
  ['192(dot)0(dot)2(dot)1', '192.0.2.1', 'ip-dst', ADDRESS, false],
  ['203.0.113.9:443', '203.0.113.9|443', 'ip-dst|port', ADDRESS_PORT, 'On port 443'],
  ['203[.]0[.]113[.]9[:]65535', '203.0.113.9|65535', 'ip-dst|port', ADDRESS_PORT, 'On port 65535'],
  ['[2001:db8::1]:8080', '2001:db8::1|8080', 'ip-dst|port', ADDRESS_PORT, 'On port 8080'],
  ['192.0.2.0/24', '192.0.2.0/24', 'ip-dst', ADDRESS, false],
  ['2001:db8::/32', '2001:db8::/32', 'ip-dst', ADDRESS, false],
  // 7: two labels
  ['evil.com', 'evil.com', 'domain', 'domain, filename', false],
  ['EVIL.com', 'EVIL.com', 'domain', 'domain, filename', false],
  ['evil[.]com', 'evil.com', 'domain', 'domain, filename', false],
  ['ev[i]l.com', 'evil.com', 'domain', 'domain, filename', false],
  ['evil.com:8443', 'evil.com', 'domain', 'domain, filename', 'On port 8443'],
  ['bad.zip', 'bad.zip', 'domain', 'domain, filename', false],
  ['-x.com', '-x.com', 'domain', 'domain, filename', false],
  ['expyuzz4wqqyqhjn.onion', 'expyuzz4wqqyqhjn.onion', 'domain', 'domain, filename', false],
  ['bücher.com', 'bücher.com', 'domain', 'domain, filename', false],
  // 8: more labels
  ['x.co.uk', 'x.co.uk', 'hostname', HOST, false],
  ['www[dot]evil[dot]com', 'www.evil.com', 'hostname', HOST, false],
  ['www.evil.com:80', 'www.evil.com', 'hostname', HOST, 'On port 80'],
  ['a.expyuzz4wqqyqhjn.onion', 'a.expyuzz4wqqyqhjn.onion', 'hostname', HOST, false],
  // 9: pages of analysis services
  ['https://www.virustotal.com/gui/a', 'https://www.virustotal.com/gui/a', 'link', 'link', false],
  ['hxxps://hybrid-analysis[.]com/x', 'https://hybrid-analysis.com/x', 'link', 'link', false],
  // 10: URLs, as given
  ['http://www.virustotal.com/gui/a', 'http://www.virustotal.com/gui/a', 'url', 'url', false],
  ['hxxps://evil[.]example[:]8443/a.php', 'https://evil.example:8443/a.php', 'url', 'url', false],
  ['HXXP://evil.com/A', 'http://evil.com/A', 'url', 'url', false],
  ['hxtp://evil.com/a', 'http://evil.com/a', 'url', 'url', false],
  ['htxp://evil.com/a', 'http://evil.com/a', 'url', 'url', false],
  ['meow://evil.com/a', 'http://evil.com/a', 'url', 'url', false],
  ['h[tt]p://evil.com/a', 'http://evil.com/a', 'url', 'url', false],
  ['[hxxp://]evil.com/a', 'http://evil.com/a', 'url', 'url', false],
  ['evil.com/a?b=c', 'evil.com/a?b=c', 'url', 'url', false],
  ['http://192.0.2.1/a', 'http://192.0.2.1/a', 'url', 'url', false],
  ['http://evil.com:8080', 'http://evil.com', 'url', 'url', 'On port 8080'],
  ['http://evil.com:80/a:80', 'http://evil.com/a', 'url', 'url', 'On port 80'],
  ['ftp://evil.com/a?id=7&x=[y]', 'ftp://evil.com/a?id=7&x=y', 'url', 'url', false],
  // 11: file names
  ['file.exe', 'file.exe', 'filename', 'filename'],
  ['bad_host.com', 'bad_host.com', 'filename', 'filename'],
  ['evil.nosuchtld', 'evil.nosuchtld', 'filename', 'filename'],
  ['@evil.com', '@evil.com', 'filename', 'filename'],
  ['mailto:user@evil.com', 'mailto:user@evil.com', 'filename', 'filename'],
  // 12: what has backslashes
  ['C:\\Windows\\x.dll', 'C:\\Windows\\x.dll', 'filename', 'filename'],
  ['\\\\server\\share\\x.dll', '\\\\server\\share\\x.dll', 'filename', 'filename'],
  ['HKLM\\Software\\Bad', 'HKLM\\Software\\Bad', 'regkey', 'regkey'],
  // 13 to 16
  ['cve-2021-44228', 'CVE-2021-44228', 'vulnerability', 'vulnerability'],
  ['CVE-2021-123456789', 'CVE-2021-123456789', 'vulnerability', 'vulnerability'],
  ['+352123456', '+352123456', 'phone-number', 'phone-number, prtn, whois-registrant-phone'],
  ['+44(0)20-7946', '+44(0)20-7946', 'phone-number', 'phone-number, prtn, whois-registrant-phone'],
  ['030-123/456', '030-123/456', 'phone-number', 'phone-number, prtn, whois-registrant-phone'],
  ['as64500', 'AS64500', 'AS', 'AS'],
  ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'btc', 'btc'],
  ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 'btc', 'btc'],
  ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'btc', 'btc'],
  ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'btc', 'btc'],
];

describe('the rules of free text, in their order', () => {
  it.each(rows.map((row) => ({ row, text: row[0], type: row[2] })))('take $text for $type', ({ row, text }) => {
    expect(told(text)).toEqual([row]);
  });

  it.each([
    ...['00:1A:2B:3C:4D:5E', 'aabbcc', `${SHA256.slice(0, 62)}`, 't13d1516h2_8daaf6152771_b186095e22b6'],
    ...['12:30:45', '2024-01-02', '1.2.3', 'filename', 'C:\\noext', '\\\\server\\share', 'localhost'],
    ...['http://localhost/a', 'evil.com?x=1', 'evil.com#x', 'evil.com|192.0.2.1', '192.0.2.1|80', 'evil{dot}com'],
    ...['evil(.)com', '300.1.1.1', 'CVE-21-44228', 'CVE-2021-123', 'ASx', '0x52908400098527886E0F7030069857D2'],
    ...['xCVE-2021-44228', '.hidden', 'a.', 'user@', '{not json', '[1,2]', '-', '...'],
  ])('%s is nothing', (text) => {
    expect(told(text)).toEqual([]);
  });
});

describe('the tokens of free text', () => {
  const values = (text: string) => findIndicators(text).map(({ value }) => value);

  it.each([
    ['white space and marks between words', 'a.com b.com\tc.com\r\nd.com,e.com<f.com>g.com;h.com', 'a b c d e f g h'],
    ['control characters and no-break spaces', 'a.com\u0000b.com\u00a0c.com\u001fd.com\u007fe.com', 'a b c d e'],
    ['quotes, dots, commas and parentheses around a word', '(a.com). "b.com", \'c.com\' (d.com)', 'b a c d'],
  ])('are told apart by %s', (_what, text, expected) => {
    expect(values(text)).toEqual(expected.split(' ').map((name) => `${name}.com`));
  });

  it('are quoted texts as a whole, before the words in them', () => {
    const found = ['C:\\Program Files\\a b.exe', 'b.com', 'Files\\a', 'b.exe'];
    expect(values('b.com "C:\\Program Files\\a b.exe"')).toEqual(found);
  });

  it('are the texts of a JSON object, whole and then their words, but no flags and whole numbers', () => {
    const json = { a: ['b.com', 'C:\\x y.exe', 7, true, null, '', { deep: 'c.com d.com' }] };
    expect(values(JSON.stringify(json))).toEqual([
      ...['b.com', 'C:\\x y.exe', 'y.exe', 'c.com d.com', 'c.com', 'd.com'],
    ]);
    expect(values('[{"a":"x.com"}]')).toEqual(['x.com']);
  });

  it('give each value once, told apart by case', () => {
    expect(values('a.com a[.]com A.com a.com:80 192.0.2.1 192[.]0[.]2[.]1')).toEqual(['a.com', 'A.com', '192.0.2.1']);
  });

  it('are taken by lists of one’s own', () => {
    const lists = { topLevelDomains: new Set(['corp']), vendorDomains: new Set(['lab.corp']) };
    const found = findIndicators('a.corp a.com https://x.lab.corp/1 http://x.lab.corp/1', lists);
    expect(found.map(({ type }) => type)).toEqual(['domain', 'filename', 'link', 'url']);
  });
});
