import type { Json } from '../json.ts';
import { equals } from '../patterns.ts';
import { hashNames, hashPath } from './hashes.ts';

/** STIX's versions that are written. */
export type StixVersion = '2.0' | '2.1';

/** What an attribute of a type becomes. */
export type AttributeShape =
  | {
      /** Observables, and a pattern for detection. */
      readonly kind: 'observed';
      readonly scos: readonly Json[];
      readonly pattern: string;
    }
  | { readonly kind: 'pattern only'; readonly pattern: string }
  | { readonly kind: 'rule'; readonly patternType: string }
  | { readonly kind: 'sdo'; readonly type: string; readonly properties: Json };

/** What is looked at. */
export interface ShapedAttribute {
  readonly uuid: string;
  readonly type: string;
  readonly value: string;
  /** The file in base64; '' where there is none. */
  readonly data: string;
}

type Shaper = (attribute: ShapedAttribute, version: StixVersion) => AttributeShape | null;

/** Types written as indicators in their own language. */
const ruleTypes: ReadonlySet<string> = new Set(['sigma', 'snort', 'suricata', 'yara']);

/** The STIX type of an address. */
export function addressType(value: string): 'ipv4-addr' | 'ipv6-addr' {
  return value.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
}

/** The shape of an attribute; null where its type or value has none and it becomes an `x-misp-attribute`. */
export function attributeShape(attribute: ShapedAttribute, version: StixVersion): AttributeShape | null {
  return (shapers.get(attribute.type) ?? none)(attribute, version);
}

const none: Shaper = () => null;

function halves(value: string): [string, string] | null {
  const at = value.lastIndexOf('|');
  return at <= 0 || at === value.length - 1 ? null : [value.slice(0, at), value.slice(at + 1)];
}

function sco(type: string, uuid: string, properties: Json): Json {
  return { type, id: `${type}--${uuid}`, ...properties };
}

function observed(pattern: string, ...scos: Json[]): AttributeShape {
  return { kind: 'observed', scos, pattern };
}

/** One observable with the value in one of its properties. */
function single(type: string, property: string, path = `${type}:${property}`): Shaper {
  return ({ uuid, value }) => observed(equals(path, value), sco(type, uuid, { [property]: value }));
}

function hash(scoType: string, hashType: string): Shaper {
  const names = hashNames[hashType];
  if (names === undefined) return none;
  return ({ uuid, value }, version) => {
    const key = version === '2.1' ? names.observed21 : names.observed20;
    return observed(equals(hashPath(scoType, names), value), sco(scoType, uuid, { hashes: { [key]: value } }));
  };
}

function namedHash(hashType: string): Shaper {
  const names = hashNames[hashType];
  if (names === undefined) return none;
  return ({ uuid, value }, version) => {
    const parts = halves(value);
    if (parts === null) return null;
    const [name, digest] = parts;
    const key = version === '2.1' ? names.observed21 : names.observed20;
    return observed(
      `${equals('file:name', name)} AND ${equals(hashPath('file', names), digest)}`,
      sco('file', uuid, { hashes: { [key]: digest }, name }),
    );
  };
}

function traffic(side: 'src' | 'dst', withPort: boolean): Shaper {
  return ({ uuid, value }) => {
    const [address, port] = withPort ? (halves(value) ?? []) : [value];
    if (address === undefined) return null;
    const type = addressType(address);
    const ref = `network-traffic:${side}_ref`;
    const pattern = `${equals(`${ref}.type`, type)} AND ${equals(`${ref}.value`, address)}`;
    return observed(
      port === undefined ? pattern : `${pattern} AND ${equals(`network-traffic:${side}_port`, port)}`,
      sco('network-traffic', uuid, {
        [`${side}_ref`]: `${type}--${uuid}`,
        ...(port === undefined ? {} : { [`${side}_port`]: Number(port) }),
        protocols: ['tcp'],
      }),
      sco(type, uuid, { value: address }),
    );
  };
}

/** A message of which one property is known. */
function message(properties: (value: string, uuid: string) => Json, path: string, ...parts: Json[]): Shaper {
  return ({ uuid, value }) =>
    observed(
      equals(path, value),
      sco('email-message', uuid, { is_multipart: false, ...properties(value, uuid) }),
      ...parts,
    );
}

function messageAddress(property: 'from_ref' | 'to_refs', path: string): Shaper {
  return ({ uuid, value }) => {
    const id = `email-addr--${uuid}`;
    return observed(
      equals(path, value),
      sco('email-message', uuid, { is_multipart: false, [property]: property === 'from_ref' ? id : [id] }),
      sco('email-addr', uuid, { value }),
    );
  };
}

function patternOnly(path: string): Shaper {
  return ({ value }) => ({ kind: 'pattern only', pattern: equals(path, value) });
}

const attachment: Shaper = ({ uuid, value, data }) => {
  if (data === '') return observed(equals('file:name', value), sco('file', uuid, { name: value }));
  return observed(
    `${equals('file:name', value)} AND ${equals('file:content_ref.payload_bin', data)}`,
    sco('file', uuid, { name: value, content_ref: `artifact--${uuid}` }),
    sco('artifact', uuid, { payload_bin: data }),
  );
};

const malwareSample: Shaper = (attribute, version) => {
  const { uuid, value, data } = attribute;
  const parts = halves(value);
  if (parts === null || data === '') return namedHash('md5')(attribute, version);
  const [name, md5] = parts;
  const encrypted = version === '2.1';
  const comparisons = [
    equals('file:content_ref.payload_bin', data),
    equals('file:name', name),
    equals('file:hashes.MD5', md5),
    equals('file:content_ref.mime_type', 'application/zip'),
    ...(encrypted
      ? [
          equals('file:content_ref.encryption_algorithm', 'mime-type-indicated'),
          equals('file:content_ref.decryption_key', 'infected'),
        ]
      : []),
  ];
  return observed(
    comparisons.join(' AND '),
    sco('file', uuid, { hashes: { MD5: md5 }, name, content_ref: `artifact--${uuid}` }),
    sco('artifact', uuid, {
      mime_type: 'application/zip',
      payload_bin: data,
      ...(encrypted ? { encryption_algorithm: 'mime-type-indicated', decryption_key: 'infected' } : {}),
    }),
  );
};

const domainIp: Shaper = ({ uuid, value }) => {
  const parts = halves(value);
  if (parts === null) return null;
  const [domain, address] = parts;
  const type = addressType(address);
  return observed(
    `${equals('domain-name:value', domain)} AND ${equals('domain-name:resolves_to_refs[*].value', address)}`,
    sco('domain-name', uuid, { value: domain, resolves_to_refs: [`${type}--${uuid}`] }),
    sco(type, uuid, { value: address }),
  );
};

const hostnamePort: Shaper = ({ uuid, value }) => {
  const parts = halves(value);
  if (parts === null) return null;
  const [host, port] = parts;
  return observed(
    `${equals('domain-name:value', host)} AND ${equals('network-traffic:dst_port', port)}`,
    sco('domain-name', uuid, { value: host }),
    sco('network-traffic', uuid, { dst_ref: `domain-name--${uuid}`, dst_port: Number(port), protocols: ['tcp'] }),
  );
};

const registryValue: Shaper = ({ uuid, value }, version) => {
  const parts = halves(value);
  if (parts === null) return null;
  const [key, data] = parts;
  return observed(
    `${equals('windows-registry-key:key', key)} AND ${equals('windows-registry-key:values.data', data)}`,
    sco('windows-registry-key', uuid, { key, values: [version === '2.1' ? { data } : { name: '', data }] }),
  );
};

const emailAttachment: Shaper = ({ uuid, value }) =>
  observed(
    equals('email-message:body_multipart[*].body_raw_ref.name', value),
    sco('email-message', uuid, {
      is_multipart: true,
      body_multipart: [{ body_raw_ref: `file--${uuid}`, content_disposition: `attachment; filename='${value}'` }],
    }),
    sco('file', uuid, { name: value }),
  );

const autonomousSystem: Shaper = ({ uuid, value }) => {
  const number = value.replace(/^AS/i, '');
  if (!/^\d{1,10}$/.test(number)) return null;
  return observed(
    equals('autonomous-system:number', number),
    sco('autonomous-system', uuid, { number: Number(number) }),
  );
};

const only21 =
  (shaper: Shaper): Shaper =>
  (attribute, version) =>
    version === '2.1' ? shaper(attribute, version) : null;

const githubUser: Shaper = ({ uuid, value }, version) => {
  const pattern = `${equals('user-account:account_type', 'github')} AND ${equals('user-account:account_login', value)}`;
  if (version === '2.0') return { kind: 'pattern only', pattern };
  return observed(pattern, sco('user-account', uuid, { account_login: value, account_type: 'github' }));
};

const vulnerability: Shaper = ({ value }) => ({
  kind: 'sdo',
  type: 'vulnerability',
  properties: { name: value, external_references: [{ source_name: 'cve', external_id: value }] },
});

const campaign: Shaper = ({ value }) => ({ kind: 'sdo', type: 'campaign', properties: { name: value } });

const headerField = (name: string, step: string): Shaper =>
  message(
    (value) => ({ additional_header_fields: { [name]: value } }),
    `email-message:additional_header_fields.${step}`,
  );

const shapers = new Map<string, Shaper>([
  ...Object.keys(hashNames).map((type): [string, Shaper] => [type, hash('file', type)]),
  ...Object.keys(hashNames).map((type): [string, Shaper] => [`filename|${type}`, namedHash(type)]),
  ...['md5', 'sha1', 'sha256'].map((type): [string, Shaper] => [
    `x509-fingerprint-${type}`,
    hash('x509-certificate', type),
  ]),
  ...[...ruleTypes].map((type): [string, Shaper] => [type, only21(() => ({ kind: 'rule', patternType: type }))]),
  ['filename', single('file', 'name')],
  ['ip-src', traffic('src', false)],
  ['ip-dst', traffic('dst', false)],
  ['ip-src|port', traffic('src', true)],
  ['ip-dst|port', traffic('dst', true)],
  ['hostname|port', hostnamePort],
  ['hostname', single('domain-name', 'value')],
  ['domain', single('domain-name', 'value')],
  ['domain|ip', domainIp],
  ['email', single('email-addr', 'value')],
  ['email-src', messageAddress('from_ref', 'email-message:from_ref.value')],
  ['email-dst', messageAddress('to_refs', 'email-message:to_refs[*].value')],
  ['email-subject', message((subject) => ({ subject }), 'email-message:subject')],
  ['email-body', message((body) => ({ body }), 'email-message:body')],
  ['email-header', message((line) => ({ received_lines: [line] }), 'email-message:received_lines')],
  ['email-reply-to', headerField('Reply-To', 'reply_to')],
  ['email-x-mailer', headerField('X-Mailer', 'x_mailer')],
  ['email-message-id', only21(message((id) => ({ message_id: id }), 'email-message:message_id'))],
  ['email-attachment', emailAttachment],
  ['url', single('url', 'value')],
  ['uri', single('url', 'value')],
  ['link', single('url', 'value')],
  ['regkey', single('windows-registry-key', 'key')],
  ['regkey|value', registryValue],
  ['AS', autonomousSystem],
  ['mutex', single('mutex', 'name')],
  ['mac-address', single('mac-addr', 'value')],
  ['github-username', githubUser],
  ['attachment', attachment],
  ['malware-sample', malwareSample],
  ['http-method', patternOnly("network-traffic:extensions.'http-request-ext'.request_method")],
  ['user-agent', patternOnly("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'")],
  ['size-in-bytes', patternOnly('file:size')],
  ['port', patternOnly('network-traffic:dst_port')],
  ['vulnerability', vulnerability],
  ['campaign-name', campaign],
]);
