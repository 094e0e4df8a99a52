import { isJson, type Json, objects, table, text } from '../json.ts';
import type { Observed } from './observables-of.ts';
import { type Comparison, parsePattern } from './parse-pattern.ts';

/** The value of an attribute, with its file in base64 where it has one. */
export interface FoundValue {
  readonly value: string;
  readonly data?: string;
}

/** What is looked up in observables or in a pattern: the first text at one of some paths. */
type Lookup = (...paths: readonly string[]) => string;

/** The value of an attribute of a type that was written as observed data; null where it is not there. */
export function valueFromObserved(type: string, observed: Observed): FoundValue | null {
  return read(type, lookUpObserved(observed));
}

/** The value of an attribute of a type that was written as an indicator alone. */
export function valueFromPattern(type: string, pattern: string): FoundValue | null {
  const parsed = parsePattern(pattern);
  return parsed === null ? null : read(type, lookUpComparisons(parsed.comparisons));
}

function lookUpObserved({ list, get }: Observed): Lookup {
  return (...paths) => {
    for (const path of paths) {
      const [sco = '', steps = ''] = path.split(':', 2);
      for (const object of list) {
        if (sco !== object.type && !(sco === 'address' && /^ipv[46]-addr$/.test(String(object.type)))) continue;
        const found = follow(object, steps.split('.'), get);
        if (found !== '') return found;
      }
    }
    return '';
  };
}

function follow(object: Json, steps: readonly string[], get: Observed['get']): string {
  let at: unknown = object;
  for (const step of steps) {
    if (typeof at === 'string') at = get(at);
    if (Array.isArray(at)) at = at[0];
    if (typeof at === 'string') at = get(at);
    if (!isJson(at)) return '';
    // Of hashes any one will do: an attribute has one.
    at = step === '*' ? Object.values(at)[0] : at[step];
  }
  if (Array.isArray(at)) at = at[0];
  return typeof at === 'string' || typeof at === 'number' ? String(at) : '';
}

function lookUpComparisons(comparisons: readonly Comparison[]): Lookup {
  return (...paths) => {
    for (const path of paths) {
      const [sco = '', steps = ''] = path.split(':', 2);
      const wanted = steps.replace(/\.\*$/, '.');
      for (const comparison of comparisons) {
        const found = comparison.path.replaceAll(/\[(?:\d+|\*)\]/g, '');
        const isSco = sco === comparison.sco || (sco === 'address' && /^ipv[46]-addr$/.test(comparison.sco));
        const isPath = wanted.endsWith('.') ? found.startsWith(wanted) : found === wanted;
        if (isSco && isPath) return comparison.values[0] ?? '';
      }
    }
    return '';
  };
}

const single: Readonly<Record<string, readonly string[]>> = table({
  filename: ['file:name'],
  domain: ['domain-name:value'],
  hostname: ['domain-name:value'],
  url: ['url:value'],
  uri: ['url:value'],
  link: ['url:value'],
  email: ['email-addr:value'],
  'email-src': ['email-message:from_ref.value'],
  'email-dst': ['email-message:to_refs.value'],
  'email-subject': ['email-message:subject'],
  'email-body': ['email-message:body'],
  'email-header': ['email-message:received_lines'],
  'email-reply-to': [
    'email-message:additional_header_fields.Reply-To',
    'email-message:additional_header_fields.reply_to',
  ],
  'email-x-mailer': [
    'email-message:additional_header_fields.X-Mailer',
    'email-message:additional_header_fields.x_mailer',
  ],
  'email-message-id': ['email-message:message_id', 'email-message:x_misp_message_id'],
  'email-attachment': ['email-message:body_multipart.body_raw_ref.name'],
  regkey: ['windows-registry-key:key'],
  AS: ['autonomous-system:number'],
  mutex: ['mutex:name'],
  'mac-address': ['mac-addr:value'],
  'github-username': ['user-account:account_login'],
  'ip-src': ['network-traffic:src_ref.value', 'address:value'],
  'ip-dst': ['network-traffic:dst_ref.value', 'address:value'],
  port: ['network-traffic:dst_port', 'network-traffic:src_port'],
  'size-in-bytes': ['file:size'],
  'http-method': ['network-traffic:extensions.http-request-ext.request_method'],
  'user-agent': ['network-traffic:extensions.http-request-ext.request_header.User-Agent'],
});

const pairs: Readonly<Record<string, readonly [string, string]>> = table({
  'domain|ip': ['domain-name:value', 'domain-name:resolves_to_refs.value'],
  'hostname|port': ['domain-name:value', 'network-traffic:dst_port'],
  'ip-src|port': ['network-traffic:src_ref.value', 'network-traffic:src_port'],
  'ip-dst|port': ['network-traffic:dst_ref.value', 'network-traffic:dst_port'],
  'regkey|value': ['windows-registry-key:key', 'windows-registry-key:values.data'],
});

function read(type: string, at: Lookup): FoundValue | null {
  if (type === 'attachment' || type === 'malware-sample') return readFile(type, at);
  const paths = single[type];
  if (paths !== undefined) return valued(at(...paths));
  const pair = pairs[type];
  if (pair !== undefined) {
    const [first, second] = pair.map((path) => at(path));
    return first && second ? { value: `${first}|${second}` } : null;
  }
  if (type.startsWith('x509-fingerprint-')) return valued(at('x509-certificate:hashes.*'));
  if (type.startsWith('filename|')) {
    const name = at('file:name');
    const digest = at('file:hashes.*');
    return name !== '' && digest !== '' ? { value: `${name}|${digest}` } : null;
  }
  return valued(at('file:hashes.*'));
}

function valued(value: string): FoundValue | null {
  return value === '' ? null : { value };
}

function readFile(type: string, at: Lookup): FoundValue | null {
  const name = at('file:name', 'file:content_ref.x_misp_filename', 'artifact:x_misp_filename');
  const data = at('file:content_ref.payload_bin', 'artifact:payload_bin');
  const md5 = type === 'malware-sample' ? at('file:hashes.MD5', 'file:content_ref.hashes.MD5') : '';
  const value = md5 === '' ? name : `${name}|${md5}`;
  if (name === '') return null;
  return data === '' ? { value } : { value, data };
}

/** The value of an attribute that was written as a domain object: its name or its number. */
export function valueFromSdo(object: Json): string {
  const [reference] = objects(object, 'external_references').map((item) => text(item, 'external_id'));
  return text(object, 'name') || reference || '';
}

/** The value of an `x-misp-attribute`. */
export function valueFromCustom(object: Json): FoundValue {
  const value = text(object, 'x_misp_value');
  const data = text(object, 'x_misp_data');
  return data === '' ? { value } : { value, data };
}
