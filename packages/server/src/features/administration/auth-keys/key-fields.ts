import { isIP } from 'node:net';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { type JsonObject, readBoolean } from '../../../http/lenient.ts';

const MAX_ADDRESSES = 1000;
const MAX_COMMENT_LENGTH = 65_535;
const SECONDS_PER_DAY = 86_400;

/** What a request may decide of a key; absent fields are missing. */
export interface KeyFields {
  comment?: string | null;
  allowedIps?: string[] | null;
  /** Epoch seconds; 0 = never. */
  expiration?: number;
  readOnly?: boolean;
}

/** Reads the fields of a key from a body. Throws `Invalid` with MISP's messages. */
export function readKeyFields(
  magpie: Magpie,
  body: JsonObject,
  { isNew = false }: { isNew?: boolean } = {},
): KeyFields {
  const fields: KeyFields = {};
  const errors: Record<string, string[]> = {};
  const given = (name: string) => Object.hasOwn(body, name);

  if (given('comment')) {
    const { comment } = body;
    if (comment === null || (typeof comment === 'string' && comment.length <= MAX_COMMENT_LENGTH))
      fields.comment = comment;
    else errors.comment = ['Expected a text.'];
  }
  if (given('allowed_ips')) {
    const addresses = readAddresses(body.allowed_ips);
    const wrong = addresses?.filter((address) => !isNetwork(address)) ?? [];
    if (addresses === null) errors.allowed_ips = ['Expected a list of addresses.'];
    else if (wrong.length > 0) errors.allowed_ips = wrong.map((address) => `${address} is not valid IP range`);
    else fields.allowedIps = addresses.length === 0 ? null : addresses;
  }
  const needsAddresses = magpie.settings.get('Security.mandate_ip_allowlist_advanced_authkeys');
  const isOpen = isNew ? !fields.allowedIps : fields.allowedIps === null;
  if (needsAddresses && isOpen) errors.allowed_ips ??= ['Setting IP allowlist is mandatory on this instance.'];
  if (given('expiration')) {
    const expiration = readTime(body.expiration);
    if (expiration === null) errors.expiration = ['Expected a date or a time in epoch seconds.'];
    else fields.expiration = expiration;
  }
  if (given('read_only')) {
    const readOnly = readBoolean(body.read_only);
    if (readOnly === undefined) errors.read_only = ['Expected a boolean.'];
    else fields.readOnly = readOnly;
  }
  const late = latestExpiration(magpie);
  if (late !== null && fields.expiration !== undefined && fields.expiration > late) {
    errors.expiration = [
      `A key may be valid for at most ${magpie.settings.get('Security.advanced_authkeys_validity')} days.`,
    ];
  }
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  if (late !== null && fields.expiration === 0) fields.expiration = late;
  return fields;
}

/** When a key that names no end ends: never (0), or after the days the instance allows. */
export function defaultExpiration(magpie: Magpie): number {
  return latestExpiration(magpie) ?? 0;
}

function latestExpiration(magpie: Magpie): number | null {
  const days = magpie.settings.get('Security.advanced_authkeys_validity');
  return days > 0 ? magpie.now() + days * SECONDS_PER_DAY : null;
}

function readAddresses(value: unknown): string[] | null {
  if (value === null || value === '') return [];
  const items: unknown = typeof value === 'string' ? value.split(/[\n,]/) : value;
  if (!Array.isArray(items) || items.length > MAX_ADDRESSES) return null;
  const addresses: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string') return null;
    if (item.trim() !== '') addresses.push(item.trim());
  }
  return addresses;
}

/** An address, or a network in CIDR form. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Epoch seconds, or a date (UTC); 0 for nothing. Null when it is neither. */
function readTime(value: unknown): number | null {
  if (value === null || value === '') return 0;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return null;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const time = Date.parse(`${text.replace(' ', 'T')}${text.length > 10 && !hasZone ? 'Z' : ''}`);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
