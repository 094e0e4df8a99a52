import { alignLists } from './align.ts';
import { controllerKind, type Identities, idKind } from './identities.ts';
import type { Exchange, Truncation } from './recording.ts';
import { rewritePath } from './rewrite.ts';

/** How an answer differs, gravest first. */
export const differenceClasses = ['status', 'keys', 'types', 'values'] as const;

/** One of `differenceClasses`. */
export type DifferenceClass = (typeof differenceClasses)[number];

/** One difference between the recorded and the actual answer. `path` is a JSON pointer, or a header's name. */
export interface Difference {
  readonly kind: DifferenceClass;
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What the instance under test answered. `body` is parsed JSON, or text where it was not JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Compares an answer with the recorded one and learns ids, uuids and keys from it. */
export function compareAnswer(exchange: Exchange, answer: Answer, identities: Identities): readonly Difference[] {
  const comparer = new Comparer(exchange, identities);
  comparer.compare(answer);
  return comparer.differences;
}

/** Headers that clients read. */
const COMPARED_HEADERS = [
  'x-result-count',
  'x-skipped-elements-count',
  'x-export-module-used',
  'x-response-format',
  'x-auth-key-expiration',
  'location',
  'content-disposition',
];

/** Where a value stands. */
interface Place {
  /** JSON pointer. */
  readonly path: string;
  /** The key it stands under, or its list; '' at the top. */
  readonly field: string;
  /** The key of what it stands in: tells what an `id` is the id of. */
  readonly parent: string;
}

class Comparer {
  readonly differences: Difference[] = [];
  readonly #exchange: Exchange;
  readonly #identities: Identities;
  readonly #volatile: readonly RegExp[];

  constructor(exchange: Exchange, identities: Identities) {
    this.#exchange = exchange;
    this.#identities = identities;
    this.#volatile = (exchange.volatile ?? []).map(pointerPattern);
  }

  compare(answer: Answer): void {
    const { response } = this.#exchange;
    if (response.status !== answer.status) {
      // Everything else differs then as well; one difference says it all.
      this.#add('status', '', response.status, answer.status);
      return;
    }
    this.#compareHeaders(response.headers, answer.headers);
    const parent = controllerKind(this.#exchange.request.path);
    this.#compareValue({ path: '', field: '', parent }, response.body, answer.body);
  }

  #compareHeaders(expected: Readonly<Record<string, string>>, actual: Readonly<Record<string, string>>): void {
    const type = mediaType(expected['content-type']);
    if (type !== mediaType(actual['content-type'])) {
      this.#add('values', 'content-type', type, mediaType(actual['content-type']));
    }
    for (const name of COMPARED_HEADERS) {
      const value = expected[name];
      if (value === undefined || this.#sameText(value, actual[name] ?? '')) continue;
      // The same place on this instance, without its address.
      if (name === 'location' && value === `{{baseurl}}${actual[name]}`) continue;
      this.#add('values', name, value, actual[name]);
    }
  }

  #compareValue(place: Place, expected: unknown, actual: unknown): void {
    const { path, field, parent } = place;
    if (this.#isVolatile(path)) {
      this.#compareVolatile(place, expected, actual);
    } else if (jsonType(expected) !== jsonType(actual)) {
      this.#add('types', path, expected, actual);
    } else if (Array.isArray(expected) && Array.isArray(actual)) {
      this.#compareLists(place, expected, actual);
    } else if (isRecord(expected) && isRecord(actual)) {
      this.#compareMaps(path, expected, actual, field === '' ? parent : field);
    } else if (!this.#sameScalar(place, expected, actual)) {
      this.#add('values', path, expected, actual);
    }
  }

  /** A volatile value may be anything of the same type; a volatile uuid or id still tells who is who. */
  #compareVolatile({ path, field, parent }: Place, expected: unknown, actual: unknown): void {
    if (jsonType(expected) !== jsonType(actual)) this.#add('types', path, expected, actual);
    else if (path === '' && typeof expected === 'string' && typeof actual === 'string') {
      const isShortened = this.#truncation(path)?.kind === 'characters';
      if (!sameShape(expected, actual, isShortened)) this.#add('values', path, expected, actual);
    } else if (typeof expected === 'string' && typeof actual === 'string' && uuidPattern.test(expected)) {
      this.#identities.learnUuid(expected, actual);
    } else if (field === 'id' && typeof expected === 'string' && typeof actual === 'string') {
      this.#identities.learnId(idKind(field, parent) ?? parent, expected, actual);
    }
  }

  #compareMaps(path: string, expected: JsonMap, actual: JsonMap, name: string): void {
    const shortened = this.#truncation(path)?.kind === 'keys';
    const actualKeys = new Map(Object.keys(actual).map((key) => [key, key]));
    for (const [recordedKey, value] of Object.entries(expected)) {
      const key = actualKeys.has(recordedKey) ? recordedKey : this.#translateKey(recordedKey, name);
      if (!actualKeys.delete(key)) {
        this.#add('keys', `${path}/${escapeKey(recordedKey)}`, value, undefined);
      } else {
        const place = { path: `${path}/${escapeKey(recordedKey)}`, field: key, parent: name };
        this.#compareValue(place, value, actual[key]);
      }
    }
    if (shortened) return;
    for (const key of actualKeys.keys()) {
      this.#add('keys', `${path}/${escapeKey(key)}`, undefined, actual[key]);
    }
  }

  /** Some maps are keyed by a uuid or an id. */
  #translateKey(key: string, name: string): string {
    if (/^\d+$/.test(key)) return this.#identities.id(name, key) ?? key;
    return this.#identities.uuid(key);
  }

  #compareLists({ path, field, parent }: Place, expected: unknown[], actual: unknown[]): void {
    const truncation = this.#truncation(path);
    const kind = field === '' || field === 'response' ? parent : field;
    const aligned = alignLists(expected, actual, kind, this.#identities);
    const shortened = truncation?.kind === 'items';
    for (const { expected: left, actual: right, index } of aligned.pairs) {
      this.#compareValue({ path: `${path}/${index}`, field, parent }, left, right);
    }
    for (const { item, index } of aligned.missing) this.#add('keys', `${path}/${index}`, item, undefined);
    if (!shortened) for (const item of aligned.surplus) this.#add('keys', `${path}/-`, undefined, item);
    if (!aligned.inOrder && !shortened) {
      this.#add('values', `${path} (order)`, aligned.expectedOrder, aligned.actualOrder);
    }
  }

  #sameScalar({ path, field, parent }: Place, expected: unknown, actual: unknown): boolean {
    const kind = idKind(field, parent);
    if (kind !== undefined && isNumeric(expected) && isNumeric(actual)) {
      const [from, to] = [String(expected), String(actual)];
      if (from === '0' || to === '0') return from === to;
      // In the envelope of a message the id may be of anything: of the event that an attribute went to, say.
      if (path === '/id') return from === to || this.#identities.couldBe(from, to);
      return this.#identities.learnId(kind, from, to) || this.#identities.couldBe(from, to);
    }
    if (typeof expected === 'string' && typeof actual === 'string') {
      const shortened = this.#truncation(path)?.kind === 'characters';
      return this.#sameText(expected, shortened ? actual.slice(0, expected.length) : actual);
    }
    return expected === actual;
  }

  #sameText(expected: string, actual: string): boolean {
    if (expected === actual || this.#identities.uuid(expected) === actual) return true;
    if (uuidsOfTheInstallation.has(expected)) return this.#identities.learnUuid(expected, actual);
    if (isRunTime(expected)) return isRunTime(actual) || isTimeLike(expected, actual);
    if (expected.startsWith('/') && rewritePath(expected, this.#identities) === actual) return true;
    return matchesTemplate(expected, actual, this.#identities);
  }

  #isVolatile(path: string): boolean {
    return this.#volatile.some((pattern) => pattern.test(path));
  }

  #truncation(path: string): Truncation | undefined {
    const here = path === '' ? '/' : path;
    return this.#exchange.truncated?.find((truncation) => truncation.path === here);
  }

  #add(kind: DifferenceClass, path: string, expected: unknown, actual: unknown): void {
    this.differences.push({ kind, path, expected, actual });
  }
}

/**
 * Texts are equal but for times of the run, generated uuids, ids of elements of XML, and numbers of rules, which depend
 * on the ids of attributes and on the user; the end of a shortened one is left out.
 */
export function sameShape(expected: string, actual: string, isShortened: boolean): boolean {
  const shapeOf = (text: string) =>
    text
      .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, '{{baseurl}}')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uuid) => (madeUuid.test(uuid) ? 'uuid' : uuid))
      .replaceAll(/\b2026-\d\d-\d\d([ T])\d\d:\d\d:\d\d/g, 'time')
      .replaceAll(/\b179\d{7}\b/g, 'epoch')
      .replaceAll(/\bsid:\d+/g, 'sid')
      .replaceAll(/<id>\d+<\/id>/g, '<id>');
  const [left, right] = [shapeOf(expected), shapeOf(actual)];
  return isShortened ? right.startsWith(left.slice(0, -40)) : left === right;
}

/** The recording's own uuids are mostly zeros; all others are made at random. */
const madeUuid = /^(?!.{8}-0000-4000-8000-)/;

type JsonMap = Readonly<Record<string, unknown>>;

/** Made when the recorded instance was installed: its first organisation and itself. */
const uuidsOfTheInstallation = new Set([
  'b632bca9-06cb-41d3-8356-02b12cf59d07',
  '5f5f5f5f-0000-4000-8000-000000000001',
]);

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function isRecord(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumeric(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && /^\d+$/.test(String(value));
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A star in a pointer stands for any list index; `/` alone stands for the whole body. */
function pointerPattern(pointer: string): RegExp {
  if (pointer === '/') return /^$/;
  const parts = pointer.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:\\d+|-)')}$`);
}

// The recording was made on 22 November 2026 (UTC): values of that day are "now".
const runDay = /2026-11-2[123]/;
const runEpoch = /^1795[23]\d{5}(\.\d+)?$/;

function isRunTime(value: string): boolean {
  return runEpoch.test(value) || (value.length <= 32 && runDay.test(value));
}

function isTimeLike(expected: string, actual: string): boolean {
  return expected.replace(/\d/g, '9') === actual.replace(/\d/g, '9');
}

/** Compares texts that hold placeholders, or numbers that are ids. Keys named by a placeholder are remembered. */
function matchesTemplate(expected: string, actual: string, identities: Identities): boolean {
  const names: string[] = [];
  const numbers: string[] = [];
  const pattern = expected
    .split(/(\{\{[^}]+\}\}|\d+)/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (part.startsWith('{{')) {
        names.push(part.slice(2, -2));
        numbers.push('');
        return '(.+?)';
      }
      names.push('');
      numbers.push(part);
      return '(\\d+)';
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 's').exec(actual);
  if (!match) return false;
  for (const [index, name] of names.entries()) {
    const found = match[index + 1] ?? '';
    if (name.startsWith('key:')) identities.setKey(name.slice(4), found);
    else if (name === '' && numbers[index] !== found) {
      const number = numbers[index] ?? '';
      const isTag = new RegExp(`^\\w+ tag .*\\(${number}\\)`).test(expected);
      if (!identities.couldBe(number, found) && !(isTag && identities.learnId('Tag', number, found))) return false;
    }
  }
  return true;
}
