import { domainToASCII, domainToUnicode } from 'node:url';
import { isIpAddress, joinValue, shortestAddress } from '@magpie/model';
import { parse } from 'tldts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { findEvent } from '../../intelligence/events/rights.ts';

/** What a pivot starts from. Digests are decimal text, since they are beyond what a number holds. */
export type Subject =
  | {
      readonly kind: 'value';
      readonly value: string;
      /** The value and, where it has two halves, these. */
      readonly texts: readonly string[];
      readonly halves: readonly string[];
    }
  | { readonly kind: 'event'; readonly id: number; readonly info: string }
  | { readonly kind: 'tag'; readonly id: number; readonly name: string; readonly isCluster: boolean };

const MAX_VALUE = 65_535;
const NAMES = ['value', 'attribute', 'event', 'tag', 'cluster'] as const;

/**
 * Reads `{"value"|"attribute"|"event"|"tag"|"cluster": …}`: a text, or the id or uuid (of a tag its name) of something
 * that the viewer may see. Throws `BadRequest` for other forms, `NotFound` for what he does not see.
 */
export async function readSubject(tx: Transaction, given: unknown, field: string): Promise<Subject> {
  const named = isObject(given) ? NAMES.filter((name) => given[name] !== undefined) : [];
  const [name] = named;
  if (!isObject(given) || name === undefined || named.length > 1) {
    throw new BadRequest(`${field} takes one of ${NAMES.join(', ')}.`);
  }
  const text = typeof given[name] === 'number' ? String(given[name]) : given[name];
  if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_VALUE || text.includes('\0')) {
    throw new BadRequest(`${field}.${name} takes a text.`);
  }
  switch (name) {
    case 'value':
      return valueSubject(text.trim(), []);
    case 'attribute':
      return attributeSubject(tx, text);
    case 'event': {
      const event = await findEvent(tx, text);
      if (event === null) throw new NotFound('Invalid event');
      return { kind: 'event', id: event.id, info: event.info };
    }
    case 'tag':
      return tagSubject(tx, text);
    case 'cluster':
      return clusterSubject(tx, text);
  }
}

/** A text beside the forms in which values are stored: short addresses, and names in ASCII where they are not. */
function storedForms(text: string): string[] {
  const isOfOtherLetters = /\P{ASCII}/u.test(text);
  return [text, shortestAddress(text), ...(isOfOtherLetters ? [domainToASCII(text)] : [])];
}

/** A value given as text is looked up whole, and by its halves where it has a pipe. */
function valueSubject(value: string, halves: readonly string[]): Subject {
  const pipe = value.indexOf('|');
  const texts = [value, ...(pipe > 0 ? [value.slice(0, pipe), value.slice(pipe + 1)] : [])];
  const parts = halves.length > 0 ? halves : texts;
  const forms = parts.flatMap(storedForms);
  const digests = forms.filter((part) => part.trim() !== '').map(valueDigest);
  return { kind: 'value', value, texts, halves: [...new Set(digests)] };
}

async function attributeSubject(tx: Transaction, key: string): Promise<Subject> {
  const id = readId(key);
  if (id === null && !isUuid(key)) throw new NotFound('Invalid attribute');
  const row = await tx.first<{ value1: string; value2: string; correlates: number }>(
    `select value1, value2, correlates from visible_attributes where ${id === null ? 'uuid' : 'id'} = $1`,
    [id ?? key],
  );
  if (row === null) throw new NotFound('Invalid attribute');
  return valueSubject(
    joinValue(row.value1, row.value2),
    row.correlates === 2 ? [row.value1, row.value2] : [row.value1],
  );
}

async function tagSubject(tx: Transaction, name: string): Promise<Subject> {
  const row = await tx.first<{ id: number; name: string; is_galaxy: boolean }>(
    'select id, name, is_galaxy from visible_tags where lower(name) = lower($1)',
    [name],
  );
  if (row === null) throw new NotFound('Invalid tag');
  return { kind: 'tag', id: row.id, name: row.name, isCluster: row.is_galaxy };
}

async function clusterSubject(tx: Transaction, key: string): Promise<Subject> {
  const id = readId(key);
  if (id === null && !isUuid(key)) throw new NotFound('Invalid cluster');
  const row = await tx.first<{ tag_name: string; tag_id: number | null }>(
    `select c.tag_name, t.id as tag_id from visible_galaxy_clusters c
       left join visible_tags t on lower(t.name) = lower(c.tag_name)
     where ${id === null ? 'c.uuid' : 'c.id'} = $1 order by c.id limit 1`,
    [id ?? key],
  );
  if (row === null) throw new NotFound('Invalid cluster');
  // A cluster that nothing carries yet has no tag, and so no neighbours.
  return { kind: 'tag', id: row.tag_id ?? 0, name: row.tag_name, isCluster: true };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A host and the domain above it that somebody registered, both in ASCII (IDNA). */
export interface RegisteredHost {
  readonly host: string;
  readonly domain: string;
}

/** The host of a domain, host name, URL or e-mail address with the domain that is registered; null where none is. */
export function registeredDomain(text: string): RegisteredHost | null {
  const { hostname, domain, isIp } = parse(text, { allowPrivateDomains: true });
  if (hostname === null || domain === null || isIp) return null;
  return { host: domainToASCII(hostname) || hostname, domain: domainToASCII(domain) || domain };
}

/** The same of a value, or of the half of it that is a host: `host|port`, `domain|address`. */
export function hostOfValue(texts: readonly string[]): RegisteredHost | null {
  for (const text of texts) {
    const found = registeredDomain(text);
    if (found !== null) return found;
  }
  return null;
}

/** The address that a value is, or that one of its halves is; null for networks and all else. */
export function addressOfValue(texts: readonly string[]): string | null {
  return texts.find(isIpAddress) ?? null;
}

/** Names with more labels in other letters are looked for in two spellings only. */
const MAX_MIXED = 5;

/** A name as it may be written: in ASCII, in the letters of its language, and with some of its labels in either. */
export function spellings(name: string): string[] {
  const labels = name.split('.').map((label) => [...new Set([label, domainToUnicode(label) || label])]);
  const mixed = labels.filter((forms) => forms.length > 1).length;
  if (mixed > MAX_MIXED) return [name, domainToUnicode(name) || name];
  return labels
    .reduce<string[][]>((written, forms) => written.flatMap((before) => forms.map((form) => [...before, form])), [[]])
    .map((written) => written.join('.'));
}
