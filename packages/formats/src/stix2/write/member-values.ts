import type { StixVersion } from '../facts/attribute-shapes.ts';
import { hashNames } from '../facts/hashes.ts';
import type { Form } from '../facts/templates.ts';
import { isJson, type Json } from '../json.ts';
import { stixTime } from '../times.ts';

/** An attribute of an object, as the writers look at it. */
export interface Part {
  readonly uuid: string;
  readonly relation: string;
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly toIds: boolean;
  readonly comment: string;
  /** The file in base64; '' where there is none. */
  readonly data: string;
}

/** The value of a part in a form; undefined where it has no such form. */
export function formed(part: Part, form: Form): unknown {
  switch (form) {
    case 'integer':
      return /^-?\d{1,15}$/.test(part.value) ? Number(part.value) : undefined;
    case 'float':
      return part.value !== '' && Number.isFinite(Number(part.value)) ? Number(part.value) : undefined;
    case 'flag':
      return readFlag(part.value);
    case 'time':
      return stixTime(part.value) ?? undefined;
    case 'data':
      return part.data === '' ? undefined : part.data;
    default:
      return part.value === '' ? undefined : part.value;
  }
}

function readFlag(value: string): boolean {
  return !['0', 'false', 'no', ''].includes(value.toLowerCase());
}

/** What STIX allows where it names the words (STIX 2.1, sections 6.1, 6.12, 6.17); anything else stays MISP's own. */
const words: Readonly<Record<string, RegExp>> = {
  socket_type: /^SOCK_(?:STREAM|DGRAM|RAW|RDM|SEQPACKET)$/,
  address_family: /^AF_[A-Z0-9_]+$/,
  src_flags_hex: /^(?:[0-9a-fA-F]{2})+$/,
  encryption_algorithm: /^(?:AES-256-GCM|ChaCha20-Poly1305|mime-type-indicated)$/,
  data_type: /^REG_[A-Z0-9_]+$/,
  mime_type: /^(?:application|audio|font|image|message|model|multipart|text|video)\/[\w.+-]+$/,
  languages: /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/,
  path_enc: /^[\w/.+:-]{2,250}$/,
  name_enc: /^[\w/.+:-]{2,250}$/,
};

/** Whether STIX allows a text at a path. */
function isAllowed(path: string, value: unknown): boolean {
  const rule = words[path.slice(path.lastIndexOf('.') + 1)];
  return rule === undefined || (typeof value === 'string' && rule.test(value));
}

/** Puts a value at a path; false when the place is taken already. `values[0].data` makes a list of one. */
export function place(target: Json, path: string, value: unknown, form: Form): boolean {
  if (!isAllowed(path, value)) return false;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at = target;
  for (const step of steps) at = descend(at, step);
  if (form === 'list') {
    const known = at[last];
    if (Array.isArray(known)) known.push(value);
    else at[last] = [value];
    return true;
  }
  if (Object.hasOwn(at, last)) return false;
  at[last] = value;
  return true;
}

function descend(at: Json, step: string): Json {
  const name = step.endsWith('[0]') ? step.slice(0, -3) : step;
  const known = at[name];
  if (step.endsWith('[0]')) {
    if (Array.isArray(known) && isJson(known[0])) return known[0];
    const only: Json = {};
    at[name] = [only];
    return only;
  }
  if (isJson(known)) return known;
  const made: Json = {};
  at[name] = made;
  return made;
}

/** Puts a hash on an observable; false where there is one of the kind already. */
export function placeHash(target: Json, type: string, value: string, version: StixVersion): boolean {
  const names = hashNames[type];
  if (names === undefined) return false;
  const hashes = isJson(target.hashes) ? target.hashes : {};
  const key = version === '2.1' ? names.observed21 : names.observed20;
  if (Object.hasOwn(hashes, key)) return false;
  target.hashes = { ...hashes, [key]: value };
  return true;
}

/** The name of the property that stands in for a relation without one of its own. */
export function customName(relation: string): string {
  return `x_misp_${relation.replaceAll(/[^A-Za-z0-9_]/g, '_').toLowerCase()}`;
}

/** The value of such a property: with its file, as a flag, or as it is. */
function customValue(part: Part): unknown {
  if (part.data !== '') return { value: part.value, data: part.data };
  return plainValue(part.type, part.value);
}

/** A value as JSON has it: flags as such, times as STIX writes them. */
export function plainValue(type: string, value: string): unknown {
  if (type === 'boolean') return readFlag(value);
  return type === 'datetime' ? (stixTime(value) ?? value) : value;
}

/** Adds the value of a part under its own name; several values become a list. */
export function addCustom(target: Json, part: Part): void {
  const name = customName(part.relation);
  const value = customValue(part);
  const known = target[name];
  if (known === undefined) target[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else target[name] = [known, value];
}
