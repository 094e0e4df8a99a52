import { originOf } from '../facts/template-origins.ts';
import { uuid5 } from '../ids.ts';
import { flag, isJson, type Json, objects, text } from '../json.ts';
import { secondsOfStamp, stixTime } from '../times.ts';
import { LOST } from '../write/lost-parts.ts';
import { Budget, piecesOf } from './budget.ts';
import type { Bundle } from './bundle.ts';
import { markingTags, readLabels } from './labels.ts';
import type { FoundPart, TemplateFacts } from './object-parts.ts';

/** How a bundle is read. */
export interface ReadOptions {
  /** Clusters become tags alone; otherwise galaxies with clusters as well. */
  readonly galaxiesAsTags: boolean;
  /** Uuid of the organisation that imports: part of the uuids of clusters that are made. */
  readonly organisationUuid: string;
  /** Templates of objects by name, for the types of relations. */
  readonly templates?: (name: string) => TemplateFacts | undefined;
  /** Tags of known clusters by their name or a synonym, in lower case. */
  readonly knownClusters?: ReadonlyMap<string, readonly string[]>;
  /** Default category of an attribute type, and whether there is such a type. */
  readonly categoryOf: (type: string) => string | null;
  /** YYYY-MM-DD, for events without a date of their own. */
  readonly today: string;
}

/** What an object has beside the values of its attributes. */
interface ObjectDetails {
  readonly fields: Json;
  /** Values that an indicator looks for; none where it is left out. */
  readonly detected?: ReadonlySet<string>;
}

const NONE: ReadonlySet<Json> = new Set();
const NO_VALUES: ReadonlySet<string> = new Set();

/** What is put together while a bundle is read. */
export class Reading {
  readonly bundle: Bundle;
  readonly options: ReadOptions;
  readonly attributes: Json[] = [];
  readonly objects: Json[] = [];
  readonly reports: Json[] = [];
  /** MISP elements by the STIX ids that they were read from. */
  readonly #elements = new Map<string, Set<Json>>();
  readonly #taken = new Set<string>();
  readonly #detected = new Map<string, Json>();
  readonly #budget: Budget;
  readonly #isForeign: boolean;

  /** @param document what the bound of the work is taken from */
  constructor(
    bundle: Bundle,
    options: ReadOptions,
    { document = bundle.objects, isForeign = false }: { document?: unknown; isForeign?: boolean } = {},
  ) {
    this.bundle = bundle;
    this.options = options;
    this.#isForeign = isForeign;
    this.#budget = new Budget(document);
  }

  /** Counts what is made or followed more than once. Throws `StixRefused` where it is out of proportion. */
  spend(count: number): void {
    this.#budget.spend(count);
  }

  /** Notes that an object of the bundle found its place. */
  take(id: string): void {
    this.#taken.add(id);
  }

  isTaken(id: string): boolean {
    return this.#taken.has(id);
  }

  /** Notes that an object of the bundle has no place in MISP, and why. */
  leave(id: string, reason: string): void {
    this.#taken.add(id);
    this.bundle.notTaken.push({ id, reason });
  }

  /** Notes which element of MISP an object became. */
  link(id: string, element: Json): void {
    this.take(id);
    const known = this.#elements.get(id);
    if (known === undefined) this.#elements.set(id, new Set([element]));
    else known.add(element);
  }

  /** The elements that an object became, in the order in which they were made. */
  elementsOf(id: string): ReadonlySet<Json> {
    return this.#elements.get(id) ?? NONE;
  }

  /** The first element that an object became. */
  elementOf(id: string): Json | undefined {
    const [first] = this.elementsOf(id);
    return first;
  }

  /** Tags of an object: its labels, and its markings. */
  tagsFor(object: Json): string[] {
    // MISP's own older bundles kept tags as statements.
    const prefix = this.#isForeign ? 'statement:' : '';
    const labels = readLabels(object).tags.filter((label) => !this.#isForeign || !isIndicatorType(object, label));
    const tags = [...labels, ...markingTags(object, this.bundle.objects, prefix)];
    for (const tag of tags) this.spend(piecesOf(tag));
    return tags;
  }

  /** Adds an attribute that stands outside objects. */
  addAttribute(attribute: Json, ids: readonly string[]): void {
    this.attributes.push(attribute);
    if (flag(attribute.to_ids)) this.#detected.set(`${text(attribute, 'type')} ${text(attribute, 'value')}`, attribute);
    for (const id of ids) this.link(id, attribute);
  }

  /** An attribute for detection that was read already. */
  detectedAttribute(type: string, value: string): Json | undefined {
    return this.#detected.get(`${type} ${value}`);
  }

  addObject(object: Json, ids: readonly string[]): void {
    this.objects.push(object);
    for (const id of ids) this.link(id, object);
  }

  /** An attribute in MISP's JSON; null where there is no such type. */
  attribute(type: string, value: string, fields: Json): Json | null {
    const category = text(fields, 'category') || this.options.categoryOf(type);
    if (category === null || value === '') return null;
    this.spend(piecesOf(value) + piecesOf(text(fields, 'data')));
    return { type, value, distribution: '5', ...fields, category };
  }

  /** An object in MISP's JSON with what was found of its attributes; null without any. */
  object(
    name: string,
    uuid: string,
    parts: readonly FoundPart[],
    { fields, detected = NO_VALUES }: ObjectDetails,
  ): Json | null {
    const facts = this.options.templates?.(name);
    this.spend(parts.length);
    const used = new Set<string>();
    const members = parts.flatMap((part) => {
      const type = facts?.types.get(part.relation) ?? part.type ?? this.#typeOf(part.relation);
      const attribute = this.attribute(type, part.value, {
        object_relation: part.relation,
        uuid: this.#memberUuid(uuid, part, used),
        to_ids: detected.has(part.value),
        timestamp: fields.timestamp,
        ...(part.data ? { data: part.data } : {}),
      });
      return attribute === null ? [] : [attribute];
    });
    if (members.length === 0) return null;
    const origin = originOf(name, facts);
    return {
      name,
      uuid,
      ...origin,
      distribution: '5',
      ...fields,
      'meta-category': text(fields, 'meta-category') || origin['meta-category'],
      Attribute: members,
    };
  }

  #typeOf(relation: string): string {
    return this.options.categoryOf(relation) === null ? 'text' : relation;
  }

  #memberUuid(object: string, part: FoundPart, used: Set<string>): string {
    let uuid = part.uuid ?? uuid5(`${object} - ${part.relation} - ${part.value}`);
    if (used.has(uuid)) uuid = uuid5(`${object} - ${part.relation} - ${part.value} - ${used.size}`);
    used.add(uuid);
    return uuid;
  }
}

/** Words of a vocabulary (STIX 2.0 part 1, 6.7), which 2.1 has a property for; they say nothing that MISP has tags for. */
const indicatorTypes: ReadonlySet<string> = new Set([
  ...['anomalous-activity', 'anonymization', 'attribution', 'benign', 'compromised', 'malicious-activity', 'unknown'],
]);

function isIndicatorType(object: Json, label: string): boolean {
  return object.type === 'indicator' && indicatorTypes.has(label);
}

/** Magpie's own notes on an object of its own bundles. */
export function lostOf(object: Json): Json {
  const lost = object[LOST];
  return isJson(lost) ? lost : {};
}

/** Timestamp of a domain object, for MISP: epoch seconds as text. */
export function timestampOf(object: Json): Json {
  const seconds = secondsOfStamp(object.modified) ?? secondsOfStamp(object.created);
  return seconds === null ? {} : { timestamp: String(seconds) };
}

/** `first_seen` and `last_seen` from two properties, where they say more than the time of change. */
export function seenOf(object: Json, first: string, last: string): Json {
  const changed = secondsOfStamp(object.modified);
  const from = text(object, first);
  const until = text(object, last);
  const isOwn = (value: string) =>
    secondsOfStamp(value) === changed && stixTime(value) === stixTime(text(object, 'modified'));
  if (from !== '' && isOwn(from) && (until === '' || isOwn(until))) return {};
  return {
    ...(stixTime(from) === null ? {} : { first_seen: from }),
    ...(stixTime(until) === null ? {} : { last_seen: until }),
  };
}

/** Lists of elements that were made here, with what tells their items apart: an element may get very many. */
const ownLists = new WeakMap<Json, Map<string, { readonly list: Json[]; readonly known: Set<unknown> }>>();

/** Puts an item on a list of an element, each once by the member `by`. */
function addOnce(element: Json, key: string, by: string, item: Json): void {
  const { list, known } = ownList(element, key, by);
  if (known.has(item[by])) return;
  known.add(item[by]);
  list.push(item);
}

/** The list of an element; one that it shares with the element it was copied from is copied first. */
function ownList(element: Json, key: string, by: string) {
  const lists = ownLists.get(element) ?? new Map();
  ownLists.set(element, lists);
  const own = lists.get(key);
  if (own !== undefined && own.list === element[key]) return own;
  const list = Array.isArray(element[key]) ? element[key].filter(isJson) : [];
  const made = { list, known: new Set<unknown>(list.map((one) => one[by])) };
  lists.set(key, made);
  element[key] = list;
  return made;
}

/** Puts tags on an element, each once. */
export function addTags(element: Json, names: readonly string[]): void {
  for (const name of names) addOnce(element, 'Tag', 'name', { name });
}

/** Puts a galaxy with a cluster on an element. */
export function addGalaxy(element: Json, galaxy: Json, cluster: Json): void {
  addOnce(element, 'Galaxy', 'type', { ...galaxy, GalaxyCluster: [] });
  const same = objects(element, 'Galaxy').find(({ type }) => type === galaxy.type);
  if (same !== undefined) addOnce(same, 'GalaxyCluster', 'uuid', cluster);
}

/** Appends to a list of an element. */
export function append(element: Json, key: string, item: Json): void {
  const known = element[key];
  if (Array.isArray(known)) known.push(item);
  else element[key] = [item];
}

/** Whether an object was withdrawn by its producer. */
export function isRevoked(object: Json): boolean {
  return flag(object.revoked);
}
