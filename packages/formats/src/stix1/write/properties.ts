import { isIP } from 'node:net';
import { type Json, text } from '../../stix2/json.ts';
import { cyboxHash, hashTypes } from '../facts/hashes.ts';
import { uuid5In } from '../ids.ts';

/** What an attribute is in CybOX: one object, or several that belong together. */
export type CyboxForm =
  | {
      readonly kind: 'object';
      readonly id: string;
      readonly properties: Json;
      readonly title?: string;
      readonly file?: Json;
    }
  | { readonly kind: 'several'; readonly parts: readonly CyboxPart[] };

interface CyboxPart {
  /** Uuid of the part's observable. */
  readonly uuid: string;
  readonly id: string;
  readonly properties: Json;
}

/** A value that has to be equal. */
export function equals(value: string | number): Json {
  return { value, condition: 'Equals' };
}

/** An address with its category. */
export function address(value: string, direction?: 'source' | 'destination'): Json {
  const isRange = value.includes('/');
  const category = isRange ? 'cidr' : isIP(value) === 4 ? 'ipv4-addr' : 'ipv6-addr';
  return {
    address_value: { value, condition: isRange ? 'Contains' : 'Equals' },
    category,
    ...(direction ? { is_source: direction === 'source', is_destination: direction === 'destination' } : {}),
    'xsi:type': 'AddressObjectType',
  };
}

/** An e-mail address (CybOX 2.1, AddressObjectType). */
export function mailAddress(value: string): Json {
  return { address_value: equals(value), category: 'e-mail', 'xsi:type': 'AddressObjectType' };
}

/** One of several recipients: the library that others use writes these without a condition. */
export function recipient(value: string): Json {
  return { address_value: value, category: 'e-mail', 'xsi:type': 'AddressObjectType' };
}

/** A port (CybOX 2.1, PortObjectType). */
export function port(value: number): Json {
  return { port_value: equals(value), 'xsi:type': 'PortObjectType' };
}

/** A host name (CybOX 2.1, HostnameObjectType). */
export function hostname(value: string): Json {
  return { hostname_value: equals(value), 'xsi:type': 'HostnameObjectType' };
}

/** A domain name (CybOX 2.1, DomainNameObjectType). */
export function domain(value: string): Json {
  return { value: equals(value), 'xsi:type': 'DomainNameObjectType' };
}

/** A decimal number without a sign; null for any other text. */
export function wholeNumber(value: string): number | null {
  return /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : null;
}

type Maker = (value: string, attribute: Json) => CyboxForm | null;

const object = (id: string, properties: Json): CyboxForm => ({
  kind: 'object',
  id,
  properties: { ...properties, 'xsi:type': `${id}ObjectType` },
});

const simple =
  (id: string, key: string, more: Json = {}): Maker =>
  (value) =>
    object(id, { ...more, [key]: equals(value) });

const mailHeader =
  (key: string, make: (value: string) => unknown = equals): Maker =>
  (value) =>
    object('EmailMessage', { header: { [key]: make(value) } });

const url: Maker = (value) => object('URI', { value: equals(value), type: 'URL' });

const registrant =
  (key: string, make: (value: string) => unknown = equals): Maker =>
  (value) =>
    object('Whois', { registrants: [{ [key]: make(value) }] });

const certificate =
  (algorithm: string): Maker =>
  (value) =>
    object('X509Certificate', {
      certificate_signature: { signature: equals(value), signature_algorithm: equals(algorithm) },
    });

const socket =
  (direction: 'source' | 'destination'): Maker =>
  (value) => {
    const [host, number] = split(value);
    const decimal = wholeNumber(number);
    if (decimal === null) return null;
    return object('SocketAddress', { ip_address: address(host, direction), port: port(decimal) });
  };

const attached: Maker = (value, attribute) => {
  const data = text(attribute, 'data');
  if (data === '') return object('File', { file_name: equals(value) });
  return { kind: 'object', id: 'Artifact', title: value, properties: artifact(data) };
};

const sample: Maker = (value, attribute) => {
  const [name, md5] = split(value);
  const data = text(attribute, 'data');
  const hashes = md5 === '' ? {} : { hashes: [cyboxHash('md5', md5)] };
  if (data === '') return object('File', { file_name: equals(name), ...hashes });
  return { kind: 'object', id: 'Artifact', title: name, properties: { ...artifact(data), ...hashes } };
};

function artifact(data: string): Json {
  return { raw_artifact: equals(data), 'xsi:type': 'ArtifactObjectType' };
}

const makers: Readonly<Record<string, Maker>> = {
  filename: simple('File', 'file_name'),
  'size-in-bytes': numbered('File', 'size_in_bytes'),
  'pattern-in-file': (value) => object('File', { byte_runs: [{ byte_run_data: value }] }),
  'ip-src': (value) => object('Address', address(value, 'source')),
  'ip-dst': (value) => object('Address', address(value, 'destination')),
  'ip-src|port': socket('source'),
  'ip-dst|port': socket('destination'),
  hostname: (value) => object('Hostname', hostname(value)),
  'hostname|port': (value) => {
    const [host, number] = split(value);
    const decimal = wholeNumber(number);
    return decimal === null ? null : object('SocketAddress', { hostname: hostname(host), port: port(decimal) });
  },
  domain: (value) => object('DomainName', domain(value)),
  'domain|ip': (value, attribute) => {
    const [name, ip] = split(value);
    const uuid = text(attribute, 'uuid');
    return {
      kind: 'several',
      parts: [
        { uuid: uuid5In(uuid, name), id: 'DomainName', properties: domain(name) },
        { uuid: uuid5In(uuid, ip), id: 'Address', properties: address(ip, 'destination') },
      ],
    };
  },
  port: numbered('Port', 'port_value'),
  'email-src': mailHeader('from', mailAddress),
  'email-dst': mailHeader('to', (value) => [recipient(value)]),
  'email-subject': mailHeader('subject'),
  'email-reply-to': mailHeader('reply_to', mailAddress),
  'email-x-mailer': mailHeader('x_mailer'),
  'email-mime-boundary': mailHeader('boundary'),
  'email-message-id': mailHeader('message_id'),
  'email-body': simple('EmailMessage', 'raw_body'),
  'email-header': simple('EmailMessage', 'raw_header'),
  'email-attachment': (value) => ({
    kind: 'object',
    id: 'EmailMessage',
    properties: { 'xsi:type': 'EmailMessageObjectType' },
    file: { file_name: equals(value), 'xsi:type': 'FileObjectType' },
  }),
  url,
  uri: url,
  link: url,
  'http-method': (value) =>
    object('HTTPSession', {
      http_request_response: [{ http_client_request: { http_request_line: { http_method: equals(value) } } }],
    }),
  'user-agent': (value) =>
    object('HTTPSession', {
      http_request_response: [
        { http_client_request: { http_request_header: { parsed_header: { user_agent: equals(value) } } } },
      ],
    }),
  regkey: (value) => object('WindowsRegistryKey', { key: equals(value) }),
  'regkey|value': (value) => {
    const [key, data] = split(value);
    return object('WindowsRegistryKey', { key: equals(key), values: [{ data: equals(data) }] });
  },
  AS: (value) => {
    const decimal = wholeNumber(value);
    if (decimal !== null) return object('AS', { number: equals(decimal) });
    return /^AS\d+$/i.test(value) ? object('AS', { handle: equals(value) }) : null;
  },
  attachment: attached,
  'malware-sample': sample,
  'named pipe': simple('Pipe', 'name', { named: true }),
  mutex: simple('Mutex', 'name'),
  'windows-service-name': (value) => object('WindowsService', { service_name: value }),
  'windows-service-displayname': (value) => object('WindowsService', { display_name: value }),
  'whois-registrant-email': registrant('email_address', mailAddress),
  'whois-registrant-phone': registrant('phone_number'),
  'whois-registrant-name': registrant('name'),
  'whois-registrant-org': registrant('organization'),
  'whois-registrar': (value) => object('Whois', { registrar_info: { name: value } }),
  'x509-fingerprint-md5': certificate('MD5'),
  'x509-fingerprint-sha1': certificate('SHA1'),
  'x509-fingerprint-sha256': certificate('SHA256'),
  'mac-address': (value) => object('System', { network_interface_list: [{ mac: value }] }),
};

function numbered(id: string, key: string): Maker {
  return (value) => {
    const decimal = wholeNumber(value);
    return decimal === null ? null : object(id, { [key]: equals(decimal) });
  };
}

/** The two halves of a composite value; the second is '' when there is none. */
function split(value: string): [string, string] {
  const at = value.indexOf('|');
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}

/** Whether a type is a file name, a hash, or both: what the watch list of file hashes is for. */
export function isFileHash(type: string): boolean {
  return type === 'filename' || hashTypes.has(type.replace(/^filename\|/, ''));
}

/** What an attribute's value is in CybOX; a custom object for what CybOX has no place for. */
export function cyboxForm(attribute: Json): CyboxForm {
  const type = text(attribute, 'type');
  const value = text(attribute, 'value');
  const made = Object.hasOwn(makers, type) ? makers[type]?.(value, attribute) : hashForm(type, value);
  return made ?? object('Custom', { custom_properties: [{ value, name: type }] });
}

function hashForm(type: string, value: string): CyboxForm | null {
  if (hashTypes.has(type)) return object('File', { hashes: [cyboxHash(type, value)] });
  const hash = type.startsWith('filename|') ? type.slice('filename|'.length) : '';
  if (!hashTypes.has(hash)) return null;
  const [name, digest] = split(value);
  return object('File', { file_name: equals(name), hashes: [cyboxHash(hash, digest)] });
}
