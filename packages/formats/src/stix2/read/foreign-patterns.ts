import { hashTypeOf } from '../facts/hashes.ts';
import type { Comparison } from './parse-pattern.ts';

/** What a comparison of another producer's pattern means in MISP. */
export interface FoundRelation {
  /** The attribute type where it stands alone; missing where only an object can hold it. */
  readonly type?: string;
  readonly category?: string;
  /** The template and relation where it stands with others. */
  readonly template: string;
  readonly relation: string;
  readonly values: readonly string[];
}

type Row = readonly [template: string, relation: string, type?: string, category?: string];

const rows: Readonly<Record<string, Row>> = {
  'domain-name:value': ['domain-ip', 'domain', 'domain', 'Network activity'],
  'domain-name:resolves_to_refs.value': ['domain-ip', 'ip', 'ip-dst', 'Network activity'],
  'ipv4-addr:value': ['ip-port', 'ip', 'ip-dst', 'Network activity'],
  'ipv6-addr:value': ['ip-port', 'ip', 'ip-dst', 'Network activity'],
  'url:value': ['url', 'url', 'url', 'Network activity'],
  'email-addr:value': ['email', 'to', 'email-dst', 'Network activity'],
  'email-addr:display_name': ['email', 'to-display-name'],
  'email-message:from_ref.value': ['email', 'from', 'email-src', 'Payload delivery'],
  'email-message:sender_ref.value': ['email', 'from', 'email-src', 'Payload delivery'],
  'email-message:to_refs.value': ['email', 'to', 'email-dst', 'Payload delivery'],
  'email-message:cc_refs.value': ['email', 'cc', 'email-dst', 'Payload delivery'],
  'email-message:bcc_refs.value': ['email', 'bcc', 'email-dst', 'Payload delivery'],
  'email-message:subject': ['email', 'subject', 'email-subject', 'Payload delivery'],
  'email-message:message_id': ['email', 'message-id', 'email-message-id', 'Payload delivery'],
  'email-message:body': ['email', 'email-body', 'email-body', 'Payload delivery'],
  'email-message:body_multipart.body_raw_ref.name': ['email', 'attachment', 'email-attachment', 'Payload delivery'],
  'email-message:additional_header_fields.x_mailer': ['email', 'x-mailer', 'email-x-mailer', 'Payload delivery'],
  'email-message:additional_header_fields.X-Mailer': ['email', 'x-mailer', 'email-x-mailer', 'Payload delivery'],
  'email-message:additional_header_fields.reply_to': ['email', 'reply-to', 'email-reply-to', 'Payload delivery'],
  'file:name': ['file', 'filename', 'filename', 'Payload delivery'],
  'file:size': ['file', 'size-in-bytes', 'size-in-bytes', 'Payload delivery'],
  'file:mime_type': ['file', 'mimetype', 'mime-type', 'Payload delivery'],
  'file:parent_directory_ref.path': ['file', 'path'],
  'file:extensions.windows-pebinary-ext.imphash': ['pe', 'imphash'],
  'mutex:name': ['mutex', 'name', 'mutex', 'Artifacts dropped'],
  'mac-addr:value': ['network-traffic', 'src_mac', 'mac-address', 'Network activity'],
  'windows-registry-key:key': ['registry-key', 'key', 'regkey', 'Persistence mechanism'],
  'windows-registry-key:values.data': ['registry-key', 'data'],
  'windows-registry-key:values.data_type': ['registry-key', 'data-type'],
  'windows-registry-key:values.name': ['registry-key', 'name'],
  'network-traffic:src_ref.value': ['network-traffic', 'src_ip', 'ip-src', 'Network activity'],
  'network-traffic:dst_ref.value': ['network-traffic', 'dst_ip', 'ip-dst', 'Network activity'],
  'network-traffic:src_port': ['network-traffic', 'src_port', 'port', 'Network activity'],
  'network-traffic:dst_port': ['network-traffic', 'dst_port', 'port', 'Network activity'],
  'network-traffic:protocols': ['network-traffic', 'protocol'],
  'network-traffic:extensions.http-request-ext.request_value': ['http-request', 'uri', 'uri', 'Network activity'],
  'network-traffic:extensions.http-request-ext.request_method': [
    'http-request',
    'method',
    'http-method',
    'Network activity',
  ],
  'network-traffic:extensions.http-request-ext.request_header.User-Agent': [
    'http-request',
    'user-agent',
    'user-agent',
    'Network activity',
  ],
  'autonomous-system:number': ['asn', 'asn', 'AS', 'Network activity'],
  'autonomous-system:name': ['asn', 'description'],
  'user-account:account_login': ['user-account', 'username'],
  'user-account:user_id': ['user-account', 'user-id'],
  'user-account:display_name': ['user-account', 'display-name'],
  'user-account:account_type': ['user-account', 'account-type'],
  'x509-certificate:issuer': ['x509', 'issuer'],
  'x509-certificate:subject': ['x509', 'subject'],
  'x509-certificate:serial_number': ['x509', 'serial-number'],
  'software:name': ['software', 'name'],
  'software:vendor': ['software', 'vendor'],
  'software:version': ['software', 'version'],
  'software:cpe': ['software', 'cpe'],
  'process:name': ['process', 'name'],
  'process:command_line': ['process', 'command-line'],
  'process:pid': ['process', 'pid'],
  'process:image_ref.name': ['process', 'image'],
  'directory:path': ['directory', 'path'],
};

/** What a comparison means; null where MISP has no place for it. */
export function relationOfPath({ sco, path, values }: Comparison): FoundRelation | null {
  const plain = path.replaceAll(/\[(?:\d+|\*)\]/g, '');
  const hash = /^hashes\.(.+)$/.exec(plain)?.[1];
  if (hash !== undefined) return hashRelation(sco, hash, values);
  const row = rows[`${sco}:${plain}`];
  if (row === undefined) return null;
  const [template, relation, type, category] = row;
  const [first = ''] = values;
  // What a connection goes to may be a host.
  const isHost = type === 'ip-src' || type === 'ip-dst' ? !/^[\d.]+(?:\/\d+)?$|:/.test(first) : false;
  if (isHost) {
    return {
      type: 'domain',
      category: 'Network activity',
      template,
      relation: relation.replace('_ip', '_hostname'),
      values,
    };
  }
  const prefixed = type === 'AS' ? values.map((value) => (/^\d/.test(value) ? `AS${value}` : value)) : values;
  return {
    ...(type === undefined ? {} : { type }),
    ...(category === undefined ? {} : { category }),
    template,
    relation,
    values: prefixed,
  };
}

function hashRelation(sco: string, name: string, values: readonly string[]): FoundRelation | null {
  const type = hashTypeOf(name);
  if (type === null) return null;
  if (sco === 'file') return { type, category: 'Payload delivery', template: 'file', relation: type, values };
  if (sco === 'artifact') return { type, category: 'Payload delivery', template: 'artifact', relation: type, values };
  if (sco !== 'x509-certificate') return null;
  const own = `x509-fingerprint-${type}`;
  return { type: own, category: 'Network activity', template: 'x509', relation: own, values };
}
