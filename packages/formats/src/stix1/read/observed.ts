import { isJson, type Json } from '../../stix2/json.ts';
import type { FoundPart } from '../../stix2/read/object-parts.ts';
import { itemsOf, jsonAt, objectsOf, plainText, textAt, typeOf, valuesOf } from './tree.ts';

/** A value that stands alone. */
export interface FoundValue {
  readonly type: string;
  readonly value: string;
  readonly data?: string;
}

/** What a CybOX object is in MISP: values that stand alone, or an object. */
export type Observed =
  | { readonly kind: 'values'; readonly values: readonly FoundValue[] }
  | { readonly kind: 'object'; readonly name: string; readonly parts: readonly FoundPart[] };

type Read = (properties: Json) => Observed | null;

const values = (type: string, found: readonly string[]): Observed => ({
  kind: 'values',
  values: found.map((value) => ({ type, value })),
});

const one =
  (type: string, ...path: string[]): Read =>
  (properties) =>
    values(type, valuesAt(properties, ...path));

function valuesAt(json: Json, ...path: string[]): string[] {
  const last = path.at(-1) ?? '';
  return valuesOf(jsonAt(json, ...path.slice(0, -1))[last]);
}

/** Type of an address attribute. */
function addressType(properties: Json): string {
  const category = plainText(properties.category);
  if (category === 'e-mail') return 'email';
  if (category === 'mac') return 'mac-address';
  if (category === 'asn') return 'AS';
  return plainText(properties.is_source) === 'true' ? 'ip-src' : 'ip-dst';
}

const address: Read = (properties) => {
  const type = addressType(properties);
  const found = valuesAt(properties, 'address_value');
  const given = plainText(properties.category);
  // Addresses of mail without their category do occur.
  return values(given === '' && found.every((value) => value.includes('@')) ? 'email' : type, found);
};

const uri: Read = (properties) => {
  const type = plainText(properties.type);
  const found = valuesAt(properties, 'value');
  if (type === 'Domain Name') return values('domain', found);
  return { kind: 'values', values: found.map((value) => ({ type: value.startsWith('/') ? 'uri' : 'url', value })) };
};

/** MISP's names of hashes by CybOX's. */
const hashNames: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA1', 'sha1'],
  ['SHA224', 'sha224'],
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
  ['SSDEEP', 'ssdeep'],
]);
const hashLengths: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [56, 'sha224'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

/** Hashes with MISP's type of each; of unknown kinds their length tells. */
export function readHashes(holder: Json, key = 'hashes'): FoundValue[] {
  return objectsOf(holder, key, 'hash').flatMap((hash) => {
    const name = plainText(hash.type)
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '');
    const fuzzy = valuesOf(hash.fuzzy_hash_value);
    const known = fuzzy.length > 0 ? 'ssdeep' : hashNames.get(name);
    return [...fuzzy, ...valuesOf(hash.simple_hash_value)].flatMap((value) => {
      const isHex = /^[0-9a-f]+$/i.test(value);
      const type = known ?? (isHex ? hashLengths.get(value.length) : undefined) ?? unusualHash(value);
      return type === undefined ? [{ type: 'other', value }] : [{ type, value }];
    });
  });
}

/** Hashes that CybOX calls `Other`, by their shape. */
function unusualHash(value: string): string | undefined {
  if (/^\d+:[^:]+:[^:]+$/.test(value)) return 'impfuzzy';
  return /^(t1)?[0-9a-f]{70}$/i.test(value) ? 'tlsh' : undefined;
}

const part = (relation: string, value: string): FoundPart[] => (value === '' ? [] : [{ relation, value }]);
const parts = (relation: string, found: readonly string[]): FoundPart[] =>
  found.flatMap((value) => part(relation, value));

/** Custom properties are relations that CybOX has no place for. */
export function customParts(properties: Json): FoundPart[] {
  return objectsOf(properties, 'custom_properties', 'property').flatMap((property) =>
    part(plainText(property.name), plainText(property)),
  );
}

function fileParts(properties: Json): FoundPart[] {
  return [
    ...parts('filename', valuesAt(properties, 'file_name')),
    ...parts('path', valuesAt(properties, 'file_path')),
    ...parts('fullpath', valuesAt(properties, 'full_path')),
    ...parts('size-in-bytes', valuesAt(properties, 'size_in_bytes')),
    ...parts('entropy', valuesAt(properties, 'peak_entropy')),
    ...parts('modification-time', valuesAt(properties, 'modified_time')),
    ...parts('access-time', valuesAt(properties, 'accessed_time')),
    ...parts('creation-time', valuesAt(properties, 'created_time')),
    ...readHashes(properties).map(({ type, value }) => ({ relation: type === 'other' ? 'text' : type, value })),
    ...customParts(properties),
  ];
}

const single: ReadonlySet<string> = new Set(['filename', 'size-in-bytes', 'impfuzzy', 'tlsh', ...hashNames.values()]);

const file: Read = (properties) => {
  const found = fileParts(properties);
  const patterns = objectsOf(properties, 'byte_runs', 'byte_run').flatMap((run) => valuesOf(run.byte_run_data));
  if (found.length === 0) return values('pattern-in-file', patterns);
  const [first, second] = found;
  if (found.length === 1 && first !== undefined && single.has(first.relation)) {
    return values(first.relation, [first.value]);
  }
  const isNamed = first?.relation === 'filename' && second !== undefined && single.has(second.relation);
  if (found.length === 2 && isNamed && second.relation !== 'filename' && second.relation !== 'size-in-bytes') {
    return values(`filename|${second.relation}`, [`${first.value}|${second.value}`]);
  }
  return { kind: 'object', name: 'file', parts: found };
};

const artifact: Read = (properties) => {
  const [data] = valuesAt(properties, 'raw_artifact');
  const hashes = readHashes(properties);
  if (data === undefined) return { kind: 'values', values: hashes };
  const md5 = hashes.find(({ type }) => type === 'md5');
  // The name stands in the title of the observable.
  if (md5 === undefined) return { kind: 'values', values: [{ type: 'attachment', value: '', data }] };
  return { kind: 'values', values: [{ type: 'malware-sample', value: `|${md5.value}`, data }] };
};

const mail: Read = (properties) => {
  const header = jsonAt(properties, 'header');
  const recipients = (key: string) =>
    itemsOf(header, key, 'recipient').flatMap((item) => (isJson(item) ? valuesOf(item.address_value) : valuesOf(item)));
  const found: [relation: string, type: string, value: string][] = [
    ...recipients('to').map((value): [string, string, string] => ['to', 'email-dst', value]),
    ...recipients('cc').map((value): [string, string, string] => ['cc', 'email-dst', value]),
    ...recipients('bcc').map((value): [string, string, string] => ['bcc', 'email-dst', value]),
  ];
  const add = (relation: string, type: string, ...path: string[]) => {
    for (const value of valuesAt(properties, ...path)) found.push([relation, type, value]);
  };
  add('from', 'email-src', 'header', 'from', 'address_value');
  add('from', 'email-src', 'header', 'sender', 'address_value');
  add('reply-to', 'email-reply-to', 'header', 'reply_to', 'address_value');
  add('subject', 'email-subject', 'header', 'subject');
  add('x-mailer', 'email-x-mailer', 'header', 'x_mailer');
  add('mime-boundary', 'email-mime-boundary', 'header', 'boundary');
  add('message-id', 'email-message-id', 'header', 'message_id');
  add('user-agent', 'text', 'header', 'user_agent');
  add('send-date', 'datetime', 'header', 'date');
  add('ip-src', 'ip-src', 'header', 'x_originating_ip', 'address_value');
  add('email-body', 'email-body', 'raw_body');
  add('header', 'email-header', 'raw_header');
  const others = customParts(properties);
  const [only] = found;
  if (found.length === 1 && only !== undefined && others.length === 0 && only[1] !== 'text') {
    return values(only[1], [only[2]]);
  }
  return {
    kind: 'object',
    name: 'email',
    parts: [...found.map(([relation, , value]) => ({ relation, value })), ...others],
  };
};

function socketParts(socket: Json, end: 'src' | 'dst'): FoundPart[] {
  return [
    ...parts(`ip-${end}`, valuesAt(socket, 'ip_address', 'address_value')),
    ...parts(`hostname-${end}`, valuesAt(socket, 'hostname', 'hostname_value')),
    ...parts(`${end}-port`, valuesAt(socket, 'port', 'port_value')),
  ];
}

const socket: Read = (properties) => {
  const number = textAt(properties, 'port', 'port_value');
  const ip = textAt(properties, 'ip_address', 'address_value');
  const host = textAt(properties, 'hostname', 'hostname_value');
  const type = ip === '' ? 'hostname' : addressType(jsonAt(properties, 'ip_address'));
  const name = ip || host;
  if (name === '') return values('port', number === '' ? [] : [number]);
  return number === '' ? values(type, [name]) : values(`${type}|port`, [`${name}|${number}`]);
};

const connection: Read = (properties) => ({
  kind: 'object',
  name: 'network-connection',
  parts: [
    ...socketParts(jsonAt(properties, 'source_socket_address'), 'src'),
    ...socketParts(jsonAt(properties, 'destination_socket_address'), 'dst'),
    ...['3', '4', '7'].flatMap((layer) =>
      parts(`layer${layer}-protocol`, valuesAt(properties, `layer${layer}_protocol`)),
    ),
    ...customParts(properties),
  ],
});

const networkSocket: Read = (properties) => ({
  kind: 'object',
  name: 'network-socket',
  parts: [
    ...socketParts(jsonAt(properties, 'local_address'), 'src'),
    ...socketParts(jsonAt(properties, 'remote_address'), 'dst'),
    ...parts('address-family', valuesAt(properties, 'address_family')),
    ...parts('domain-family', valuesAt(properties, 'domain')),
    ...parts('protocol', valuesAt(properties, 'protocol')),
    ...parts('socket-type', valuesAt(properties, 'type')),
    ...(plainText(properties.is_listening) === 'true' ? part('state', 'listening') : []),
    ...(plainText(properties.is_blocking) === 'true' ? part('state', 'blocking') : []),
    ...customParts(properties),
  ],
});

const registryKey: Read = (properties) => {
  const entries = objectsOf(properties, 'values', 'value');
  const others = customParts(properties);
  const hive = textAt(properties, 'hive');
  const key = textAt(properties, 'key');
  const [entry] = entries;
  const modified = valuesAt(properties, 'modified_time');
  if (others.length === 0 && modified.length === 0 && entries.length < 2) {
    const path = hive === '' ? key : `${hive}\\${key}`;
    if (entry === undefined) return values('regkey', path === '' ? [] : [path]);
    const data = plainText(entry.data);
    if (path !== '' && data !== '' && plainText(entry.name) === '' && plainText(entry.datatype) === '') {
      return values('regkey|value', [`${path}|${data}`]);
    }
  }
  return {
    kind: 'object',
    name: 'registry-key',
    parts: [
      ...part('key', key),
      ...part('hive', hive),
      ...entries.flatMap((item) => [
        ...part('name', plainText(item.name)),
        ...part('data', plainText(item.data)),
        ...part('data-type', plainText(item.datatype)),
      ]),
      ...parts('last-modified', modified),
      ...others,
    ],
  };
};

const readers: Readonly<Record<string, Read>> = {
  AddressObjectType: address,
  DomainNameObjectType: one('domain', 'value'),
  HostnameObjectType: one('hostname', 'hostname_value'),
  URIObjectType: uri,
  LinkObjectType: one('link', 'value'),
  FileObjectType: file,
  ArtifactObjectType: artifact,
  EmailMessageObjectType: mail,
  MutexObjectType: one('mutex', 'name'),
  PipeObjectType: one('named pipe', 'name'),
  PortObjectType: one('port', 'port_value'),
  SocketAddressObjectType: socket,
  NetworkConnectionObjectType: connection,
  NetworkSocketObjectType: networkSocket,
  WindowsRegistryKeyObjectType: registryKey,
  CustomObjectType: (properties) => {
    const found = customParts(properties);
    const name = plainText(properties.custom_name);
    if (name !== '') return { kind: 'object', name, parts: found };
    return { kind: 'values', values: found.map(({ relation, value }) => ({ type: relation, value })) };
  },
};

/** What further readers of larger objects add; apart, to keep this file readable. */
export type FurtherReaders = Readonly<Record<string, Read>>;

/** Reads the properties of a CybOX object; null for a type that has no place in MISP. */
export function readProperties(properties: Json, further: FurtherReaders): Observed | null {
  const type = typeOf(properties) || guessType(properties);
  if (Object.hasOwn(readers, type)) {
    const observed = readers[type]?.(properties) ?? null;
    return observed === null ? null : withCustom(observed, type, properties);
  }
  return Object.hasOwn(further, type) ? (further[type]?.(properties) ?? null) : null;
}

/** Simple objects with custom properties: what MISP has an object for is one, else the properties stand beside. */
function withCustom(observed: Observed, type: string, properties: Json): Observed {
  const others = customParts(properties);
  if (observed.kind === 'object' || type === 'CustomObjectType' || others.length === 0) return observed;
  if (type === 'MutexObjectType') {
    const names = observed.values.map(({ value }) => ({ relation: 'name', value }));
    return { kind: 'object', name: 'mutex', parts: [...names, ...others] };
  }
  return {
    kind: 'values',
    values: [...observed.values, ...others.map(({ relation, value }) => ({ type: relation, value }))],
  };
}

/** Values nested in other objects often come without their type. */
function guessType(properties: Json): string {
  if (properties.address_value !== undefined) return 'AddressObjectType';
  return properties.hostname_value !== undefined ? 'HostnameObjectType' : '';
}
