import { isIpAddress, parseIpv4 } from '../attribute-types/internet-address.ts';
import { refangAny } from '../attribute-types/refang.ts';
import { isAbsoluteUrl } from '../attribute-types/url-text.ts';
import { countHostLabels, isEmailAddress, isHttpsBelow } from './hosts.ts';

/** What a token was taken for. */
export interface Detection {
  readonly value: string;
  readonly type: string;
  /** All types it may be, as offered for choice; MISP's order. */
  readonly types: readonly string[];
  /** `On port N`; false where a port was looked for and none found. */
  readonly comment?: string | false;
}

/** Names that are known of the world, which recognising a value needs. */
export interface DetectionLists {
  readonly topLevelDomains: ReadonlySet<string>;
  /** An https URL at or below one of these is a reference, not an indicator. */
  readonly vendorDomains: ReadonlySet<string>;
}

interface Token {
  readonly raw: string;
  readonly refanged: string;
  /** `refanged` without the port at its end. */
  readonly bare: string;
  readonly port: string | null;
  readonly lists: DetectionLists;
}

/** Values are never longer; what is longer is text. */
const longestToken = 65_535;

/** The first rule that takes the token decides; null when none does. Linear in the length of the token. */
export function detectIndicator(raw: string, lists: DetectionLists): Detection | null {
  if (raw.length > longestToken) return null;
  const plain = detectAsWritten(raw);
  if (plain !== null) return plain;
  const refanged = refangAny(raw)
    .replace(/\[(.)\]/gu, '$1')
    .replace(/(?<!\.)\.+$/, '');
  if (refanged.includes('@') && isEmailAddress(refanged)) {
    const types = ['email', 'email-src', 'email-dst', 'target-email', 'whois-registrant-email'];
    return { value: refanged, type: 'email-src', types };
  }
  const port = /:([0-9]{2,5})$/.exec(refanged)?.[1] ?? null;
  const bare = port === null ? refanged : refanged.replaceAll(`:${port}`, '');
  const token: Token = { raw, refanged, bare, port, lists };
  const located = detectAddress(token) ?? detectHost(token) ?? detectUrl(token);
  if (located !== null) return { ...located, comment: port === null ? false : `On port ${port}` };
  return detectFile(raw) ?? detectNamed(raw);
}

function only(type: string, value: string): Detection {
  return { value, type, types: [type] };
}

function choice(value: string, types: readonly [string, ...string[]]): Detection {
  return { value, type: types[0], types };
}

const addressTypes = ['ip-dst', 'ip-src', 'ip-src/ip-dst'] as const;
const addressPortTypes = ['ip-dst|port', 'ip-src|port', 'ip-src|port/ip-dst|port'] as const;

const hashTypes: ReadonlyMap<number, readonly [string, ...string[]]> = new Map([
  [32, ['md5', 'imphash', 'x509-fingerprint-md5', 'ja3-fingerprint-md5']],
  [40, ['sha1', 'pehash', 'x509-fingerprint-sha1', 'cdhash']],
  [56, ['sha224', 'sha512/224']],
  [64, ['sha256', 'authentihash', 'sha512/256', 'x509-fingerprint-sha256']],
  [96, ['sha384']],
  [128, ['sha512']],
]);

const fileHashTypes: ReadonlyMap<number, readonly [string, ...string[]]> = new Map([
  [32, ['filename|md5', 'filename|imphash']],
  [40, ['filename|sha1', 'filename|pehash']],
  [56, ['filename|sha224', 'filename|sha512/224']],
  [64, ['filename|sha256', 'filename|authentihash', 'filename|sha512/256']],
  [96, ['filename|sha384']],
  [128, ['filename|sha512']],
]);

function detectAsWritten(raw: string): Detection | null {
  if (isIpAddress(raw)) return choice(raw, addressTypes);
  const pieces = raw.split('|', 3);
  const [name = '', hash = ''] = pieces;
  if (pieces.length === 2 && isFilename(name)) {
    if (isSsdeep(hash)) return only('filename|ssdeep', raw);
    const types = isHex(hash) ? fileHashTypes.get(hash.length) : undefined;
    if (types !== undefined) return choice(raw, types);
  }
  const types = isHex(raw) ? hashTypes.get(raw.length) : undefined;
  if (types !== undefined) return choice(raw, isBitcoinAddress(raw) ? [...types, 'btc'] : types);
  return isSsdeep(raw) ? only('ssdeep', raw) : null;
}

function detectAddress({ refanged, bare, port }: Token): Detection | null {
  const unbracketed = /^\[([0-9a-f:.]{2,45})\]$/i.exec(bare)?.[1] ?? bare;
  if (isIpAddress(refanged)) return choice(refanged, addressTypes);
  if (isIpAddress(unbracketed)) {
    return port === null ? choice(unbracketed, addressTypes) : choice(`${unbracketed}|${port}`, addressPortTypes);
  }
  const [, address = '', prefix = ''] = /^([^/]{2,45})\/([0-9]{1,3})$/.exec(bare) ?? [];
  if (!isIpAddress(address)) return null;
  return Number(prefix) <= (parseIpv4(address) === null ? 128 : 32) ? choice(bare, addressTypes) : null;
}

function detectHost({ bare, lists }: Token): Detection | null {
  const count = countHostLabels(bare, lists.topLevelDomains);
  if (count === 0) return null;
  return choice(bare, count === 2 ? ['domain', 'filename'] : ['hostname', 'domain', 'url', 'filename']);
}

function detectUrl({ bare, lists }: Token): Detection | null {
  if (!bare.includes('.') || !(isAbsoluteUrl(bare) || isAbsoluteUrl(`http://${bare}`))) return null;
  if (isHttpsBelow(bare, lists.vendorDomains)) return only('link', bare);
  return bare.includes('/') ? only('url', bare) : null;
}

function detectFile(raw: string): Detection | null {
  if (isFilename(raw)) return only('filename', raw);
  if (!raw.includes('\\') || raw.startsWith('\\\\')) return null;
  const isDrive = /^[a-z]:\\/i.test(raw);
  const hasExtension = raw.includes('.', raw.lastIndexOf('\\'));
  return isDrive || hasExtension || raw.startsWith('\\') ? null : only('regkey', raw);
}

function detectNamed(raw: string): Detection | null {
  if (/^CVE-[0-9]{4}-[0-9]{4,9}$/i.test(raw)) return only('vulnerability', raw.toUpperCase());
  if (isPhoneNumber(raw)) return choice(raw, ['phone-number', 'prtn', 'whois-registrant-phone']);
  if (/^AS[0-9]{1,10}$/i.test(raw)) return only('AS', raw.toUpperCase());
  return isBitcoinAddress(raw) ? only('btc', raw) : null;
}

function isHex(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text);
}

function isSsdeep(text: string): boolean {
  return /^[0-9]+:[0-9a-z/+]+:[0-9a-z/+]+$/i.test(text) && !/^[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}$/.test(text);
}

/** A dot that does not lead, and an extension of letters and digits that is no number. */
function isFilename(text: string): boolean {
  const dot = text.lastIndexOf('.');
  const extension = text.slice(dot + 1);
  return dot > 0 && /^[a-z0-9]+$/i.test(extension) && !/^[0-9]+$/.test(extension);
}

function isPhoneNumber(text: string): boolean {
  if (!text.startsWith('+') && !text.includes('-')) return false;
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  return text.length <= 40 && /^\+?[0-9]{1,3}(\(0\))?[0-9/-]{5,}[0-9]$/.test(text);
}

function isBitcoinAddress(text: string): boolean {
  return /^[13][1-9A-HJ-NP-Za-km-z]{25,34}$/.test(text) || /^(bc1|tb1)[02-9ac-hj-np-z]{11,71}$/i.test(text);
}
