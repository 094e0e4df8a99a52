import type { StixVersion } from '../facts/attribute-shapes.ts';
import { tlpMarking } from '../facts/markings.ts';
import type { Json } from '../json.ts';
import { IdList, UuidTable } from './uuid-table.ts';

/** Objects that a bundle holds once, however many events refer to them. */
export type Written = Set<string>;

/** So many objects of an event are held, to be written behind the report; of a larger event it comes last. */
const MOST_HELD = 4000;

/** Attributes of objects whose objects are remembered, for references to them: some megabytes. */
const MOST_MEMBERS = 50_000;

/** What stands between two objects of a bundle. */
export const BETWEEN = ',\n';

/** What the first properties of an object say. */
interface HeadFields {
  readonly created: string;
  /** The time of creation where it is left out. */
  readonly modified?: string;
  /** Who made the event where it is left out; null for none. */
  readonly creator?: string | null;
}

/** What an element was written as: the ids that others refer to it by. */
const placeKinds = [
  '',
  'observed-data',
  'observed-data indicator',
  'indicator',
  'x-misp-attribute',
  'x-misp-object',
] as const;

/**
 * Gathers the objects of one event: its texts in order, the ids its report lists, and where each element of MISP went.
 */
export class EventOutput {
  readonly version: StixVersion;
  readonly refs = new IdList();
  /** The STIX id of who made the event. */
  readonly creator: string;
  #written: Written;
  #texts: string[] = [];
  #heldBack: string[] = [];
  #places = new UuidTable();
  #kinds: string[] = [...placeKinds];
  isFlowing = false;
  /** False where there is no report to list anything. */
  isListed = true;
  /** Analysts' relationships: written when it is known what both ends became. */
  readonly relationships: { readonly source: string; readonly relationship: Json; readonly kept: Json }[] = [];

  constructor(version: StixVersion, creator: string, written: Written) {
    this.version = version;
    this.creator = creator;
    this.#written = written;
  }

  /** What every object begins with; observables of STIX 2.1 have no times and no creator. */
  head(type: string, uuid: string, { created, modified = created, creator = this.creator }: HeadFields): Json {
    // Put together step by step: spreads of what is mostly empty cost more than the rest of an object.
    const object: Json = { type };
    if (this.version === '2.1') object.spec_version = '2.1';
    object.id = `${type}--${uuid}`;
    if (creator !== null) object.created_by_ref = creator;
    object.created = created;
    object.modified = modified;
    return object;
  }

  /** Adds an object that the report lists. Answers its id. */
  add(object: Json): string {
    const id = String(object.id);
    this.#list(id);
    this.#texts.push(JSON.stringify(object));
    return id;
  }

  /** Adds an object that comes behind all others: relationships, notes about the event. */
  addLast(object: Json): void {
    this.#list(String(object.id));
    (this.isFlowing ? this.#texts : this.#heldBack).push(JSON.stringify(object));
  }

  #list(id: string): void {
    if (this.isListed) this.refs.add(id);
  }

  /** Adds an object once in the bundle; the report lists it in any case where it is to. */
  addShared(id: string, make: () => Json, listed: boolean): void {
    if (listed && !this.#listed.has(id)) {
      this.#listed.add(id);
      this.#list(id);
    }
    if (this.#written.has(id)) return;
    this.#written.add(id);
    this.#texts.push(JSON.stringify(make()));
  }

  #within = new Map<string, string>();
  #listed = new Set<string>();

  /** Ids of the markings of some tags, and the tags that are no markings: they stay labels. */
  mark(tags: readonly string[]): { markings: string[]; labels: string[] } {
    const markings: string[] = [];
    const labels: string[] = [];
    for (const tag of tags) {
      const marking = tag.startsWith('tlp:') ? tlpMarking(tag, this.version) : null;
      if (marking === null) {
        labels.push(tag);
        continue;
      }
      const id = String(marking.id);
      if (!markings.includes(id)) markings.push(id);
      if (!this.#written.has(id)) {
        this.#written.add(id);
        this.#heldBack.push(JSON.stringify(marking));
      }
    }
    return { markings, labels };
  }

  /** Notes what an element of MISP became: `observed-data`, `observed-data indicator`, or another type. */
  place(uuid: string, kind: string): void {
    if (!this.isListed) return;
    let number = this.#kinds.indexOf(kind);
    if (number < 0) number = this.#kinds.push(kind) - 1;
    this.#places.set(uuid, number);
  }

  /** Notes that an element became a part of another. */
  placeWithin(uuid: string, outer: string): void {
    this.#within.set(uuid, outer);
  }

  /** Notes of which object an attribute is a part, for those who refer to it; of very large events not of all. */
  placeMember(uuid: string, object: string): void {
    if (this.isListed && this.#within.size < MOST_MEMBERS) this.#within.set(uuid, object);
  }

  /** The ids an element was written under, the main one first; none where it was not written. */
  idsOf(uuid: string): string[] {
    const own = this.#within.get(uuid) ?? uuid;
    const kind = this.#kinds[this.#places.get(own)] ?? '';
    return kind === '' ? [] : kind.split(' ').map((type) => `${type}--${own}`);
  }

  /** Whether so much is held that it is time to hand it on. */
  get isFull(): boolean {
    return this.#texts.length > MOST_HELD || this.isFlowing;
  }

  /** Hands on what is held so far, some objects in a text. */
  take(): string[] {
    const texts = this.#texts;
    this.#texts = [];
    return inPieces(texts);
  }

  /** Hands on what was held back to the end. */
  takeLast(): string[] {
    const texts = this.#heldBack;
    this.#heldBack = [];
    return inPieces(texts);
  }
}

/** So many objects make a text of about 30 kB: few steps, and no texts so large that they outlive their use. */
const OBJECTS_IN_PIECE = 100;

function inPieces(texts: readonly string[]): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < texts.length; start += OBJECTS_IN_PIECE) {
    pieces.push(texts.slice(start, start + OBJECTS_IN_PIECE).join(BETWEEN));
  }
  return pieces;
}
