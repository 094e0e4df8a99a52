import { typeFacts } from '@magpie/model';

/** A title or a type as producers write it, in one spelling. */
function plain(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_.:/-]+/g, '_')
    .replaceAll(/^_|_$/g, '');
}

/** Types of attributes by other words for them, as exports of other programs have them in titles and columns. */
const types: ReadonlyMap<string, string> = new Map([
  ...[
    'ip',
    'ips',
    'ipv4',
    'ipv6',
    'ip_address',
    'ipaddress',
    'ipv4_addr',
    'ipv6_addr',
    'address',
    'cidr',
    'dst_ip',
  ].map((word): [string, string] => [word, 'ip-dst']),
  ...['ip_port', 'ipv4_port'].map((word): [string, string] => [word, 'ip-dst|port']),
  ...['src_ip', 'source_ip'].map((word): [string, string] => [word, 'ip-src']),
  ...['host', 'hosts', 'host_name', 'fqdn'].map((word): [string, string] => [word, 'hostname']),
  ...['domains', 'domain_name'].map((word): [string, string] => [word, 'domain']),
  ...['uri', 'urls', 'c2_url'].map((word): [string, string] => [word, 'url']),
  ...['file', 'file_name', 'filenames'].map((word): [string, string] => [word, 'filename']),
  ...['cve', 'cve_id'].map((word): [string, string] => [word, 'vulnerability']),
  ...['registry', 'registry_key', 'registrykey'].map((word): [string, string] => [word, 'regkey']),
  ...['useragent', 'user_agent'].map((word): [string, string] => [word, 'user-agent']),
  ...['email_address', 'emailaddress', 'e_mail', 'mail'].map((word): [string, string] => [word, 'email']),
  ...['email_sender', 'sender', 'sender_address'].map((word): [string, string] => [word, 'email-src']),
  ...['bitcoin', 'bitcoinaddress', 'bitcoin_address'].map((word): [string, string] => [word, 'btc']),
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'imphash', 'pehash', 'ssdeep'].flatMap((hash) =>
    [`${hash}_hash`, `hash_${hash}`, `filehash_${hash}`, `file_hash_${hash}`, `file_${hash}`, `${hash}sum`].map(
      (word): [string, string] => [word, hash],
    ),
  ),
  ...['1', '224', '256', '384', '512'].flatMap((bits) =>
    [`sha_${bits}`, `sha_${bits}_hash`, `filehash_sha_${bits}`].map((word): [string, string] => [word, `sha${bits}`]),
  ),
]);

/** The type of attribute that a word stands for, null where it is none. */
export function typeOfWord(word: string): string | null {
  const name = word.trim().toLowerCase();
  if (name !== '' && typeFacts(name) !== null) return name;
  return types.get(plain(word)) ?? null;
}

const titles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    indicator: 'free-text',
    indicators: 'free-text',
    indicator_value: 'free-text',
    ioc: 'free-text',
    iocs: 'free-text',
    ioc_value: 'free-text',
    observable: 'free-text',
    artifact: 'free-text',
    entity: 'free-text',
    artifact_type: 'type',
    data_type: 'type',
    entity_type: 'type',
    indicator_type: 'type',
    ioc_type: 'type',
    observable_type: 'type',
    description: 'comment',
    note: 'comment',
    notes: 'comment',
    comments: 'comment',
    tags: 'attribute_tag',
    tag: 'attribute_tag',
    ids: 'to_ids',
    firstseen: 'first_seen',
    first_seen_utc: 'first_seen',
    lastseen: 'last_seen',
    last_seen_utc: 'last_seen',
  }),
);

/** The field that a title stands for, null where it is none. */
export function fieldOfTitle(title: string, fields: ReadonlySet<string>): string | null {
  const name = title.trim().toLowerCase();
  if (name !== '' && fields.has(name)) return name;
  const word = plain(title);
  return word !== '' && fields.has(word) ? word : (titles.get(word) ?? null);
}
