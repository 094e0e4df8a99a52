import { attributeTypes } from '@magpie/model';

/** Hexadecimal text of a length. */
function hex(length: number): string {
  return '0123456789abcdef'.repeat(Math.ceil(length / 16)).slice(0, length);
}

const hashes: Readonly<Record<string, string>> = {
  md5: hex(32),
  sha1: hex(40),
  sha256: hex(64),
  sha224: hex(56),
  sha384: hex(96),
  sha512: hex(128),
  'sha512/224': hex(56),
  'sha512/256': hex(64),
  'sha3-224': hex(56),
  'sha3-256': hex(64),
  'sha3-384': hex(96),
  'sha3-512': hex(128),
  authentihash: hex(64),
  imphash: hex(32),
  pehash: hex(40),
  cdhash: hex(40),
  telfhash: hex(70),
  vhash: '015076655d15556',
  ssdeep: '96:abcdEFGHijklMNOP:abcdEFGHij',
  impfuzzy: '24:abcdEFGHij:abcdEFGHij',
  tlsh: hex(70),
};

const plain: Readonly<Record<string, string>> = {
  ...hashes,
  'ip-src': '198.51.100.7',
  'ip-dst': '2001:db8::7',
  hostname: 'www.evil.example',
  domain: 'evil.example',
  'domain|ip': 'evil.example|198.51.100.7',
  'ip-dst|port': '198.51.100.7|8443',
  'ip-src|port': '2001:db8::7|8443',
  'hostname|port': 'www.evil.example|8443',
  url: "https://evil.example/a?b='c'",
  uri: '/a/b',
  link: 'https://report.example/x',
  'mac-address': '12:34:56:78:9a:bc',
  'mac-eui-64': '12:34:56:78:9a:bc:de:f0',
  AS: '64496',
  port: '8443',
  'size-in-bytes': '1234',
  regkey: 'HKLM\\Software\\Bad',
  'regkey|value': 'HKLM\\Software\\Bad|payload',
  vulnerability: 'CVE-2031-12345',
  weakness: 'CWE-79',
  cpe: 'cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*',
  boolean: '1',
  counter: '7',
  integer: '12',
  float: '1.5',
  hex: 'ABCDEF',
  datetime: '2024-01-02T03:04:05.000000+0000',
  uuid: '5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a11',
  'phone-number': '+3522478',
  'whois-registrant-phone': '+3522478',
  prtn: '+3522478',
  iban: 'LU280019400644750000',
  bic: 'BCEELULL',
  'bank-account-nr': '12345678',
  'aba-rtn': '021000021',
  bin: '411111',
  'cc-number': '4111111111111111',
  btc: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  dash: 'XpESxaUmonkq8RaLLp46Brx2K39ggQe226',
  xmr: '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A',
  'http-method': 'POST',
  cortex: '{"a":1}',
  snort: 'alert tcp any any -> any any (msg:"x"; sid:1;)',
  suricata: 'alert dns any any -> any any (msg:"x"; sid:1;)',
  yara: 'rule x { condition: true }',
  sigma: 'title: x',
  'ssh-fingerprint': `MD5:${'ab:'.repeat(15)}ab`,
  'x509-fingerprint-md5': hex(32),
  'x509-fingerprint-sha1': hex(40),
  'x509-fingerprint-sha256': hex(64),
  'ja3-fingerprint-md5': hex(32),
  'jarm-fingerprint': hex(62),
  'hassh-md5': hex(32),
  'hasshserver-md5': hex(32),
  'favicon-mmh3': '-123456',
  'git-commit-id': hex(40),
  'dom-hash': hex(32),
  'onion-address': `${'a'.repeat(56)}.onion`,
  'email-message-id': '<1@evil.example>',
  'email-attachment': 'invoice.doc',
  attachment: 'note.txt',
  'malware-sample': `sample.exe|${hex(32)}`,
  filename: 'sample.exe',
  'github-username': 'octobad',
  'date-of-birth': '1970-01-02',
  'chrome-extension-id': 'a'.repeat(32),
  'edge-extension-id': 'b'.repeat(32),
  gender: 'Female',
  'threat-actor': 'Some Actor',
};

const emails = new Set([
  'email',
  'email-src',
  'email-dst',
  'email-reply-to',
  'target-email',
  'jabber-id',
  'eppn',
  'dns-soa-email',
  'whois-registrant-email',
]);

/** Types whose attribute carries a file. */
export const fileTypes: ReadonlySet<string> = new Set(['attachment', 'malware-sample']);

/** An empty zip archive in base64: what a file in a test holds. */
export const fileData = 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==';

/** A valid value of an attribute type; `variant` above 0 gives another one where the type allows it. */
export function sampleValue(type: string, variant = 0): string {
  const composite = /^filename\|(.+)$/.exec(type)?.[1];
  if (composite !== undefined) return `sample${variant || ''}.exe|${varied(sampleValue(composite), variant)}`;
  if (emails.has(type)) return `mal${variant || ''}@evil.example`;
  const given = plain[type];
  if (given === undefined) return `${type} text${variant === 0 ? '' : ` ${variant}`}`;
  return varied(given, variant);
}

/** Another value of the same shape: the first digit changes, so that lengths and alphabets stay. */
function varied(value: string, variant: number): string {
  if (variant === 0) return value;
  if (/^[\da-f]{32,}$/.test(value)) return value.slice(0, -1) + ((variant % 6) + 4);
  if (/^(?:\d+\.){3}\d+$/.test(value)) return value.replace(/\d+$/, String(20 + variant));
  if (/^[\d-]+$/.test(value)) return String(Number(value) + variant);
  return /^(?:https:|www\.|evil\.)/.test(value) ? value.replace('evil', `evil${variant}`) : value;
}

/** Every attribute type there is. */
export const allTypes: readonly string[] = attributeTypes;
