import type { Json } from '../../stix2/json.ts';
import { HeldText } from './held-text.ts';
import { incidentLists, type ListName, looseLists, type PackageList, packageLists } from './package-lists.ts';
import type { Scratch } from './scratch.ts';
import { writeXmlElement } from './write-xml.ts';

/** How a document is written. */
export type Stix1Form = 'xml' | 'json';

const lists: Readonly<Record<ListName, PackageList>> = { ...incidentLists, ...packageLists };

/** Where what is made of an event waits for its place in the document, until it is closed. */
export class EventOutput {
  readonly form: Stix1Form;
  /** In front of every id. */
  readonly prefix: string;
  /** Whether there is an incident, to which actors are attributed. */
  readonly hasIncident: boolean;
  readonly #lists: Readonly<Record<ListName, PackageList>>;
  readonly #held = new Map<ListName, HeldText>();
  readonly #scratch: (() => Scratch) | undefined;
  readonly #clusters = new Set<string>();

  /**
   * @param scratch gives room for what is too much for memory
   * @param place where indicators and observables stand: in the incident of an event, or alone in a package
   */
  constructor(
    form: Stix1Form,
    prefix: string,
    scratch: (() => Scratch) | undefined,
    place: 'incident' | 'package' = 'incident',
  ) {
    this.form = form;
    this.#lists = place === 'incident' ? lists : { ...lists, ...looseLists };
    this.prefix = prefix;
    this.#scratch = scratch;
    this.hasIncident = place === 'incident';
  }

  /** An id: a word for the kind, and a uuid. */
  id(kind: string, uuid: string): string {
    return `${this.prefix}:${kind}-${uuid}`;
  }

  add(list: ListName, json: Json): void {
    const { item, shape, unwrapped } = this.#lists[list];
    const written = unwrapped === undefined ? json : json[unwrapped];
    let held = this.#held.get(list);
    if (held === undefined) {
      held = new HeldText(this.form === 'json' ? ',' : '', this.#scratch);
      this.#held.set(list, held);
    }
    held.add(this.form === 'json' ? JSON.stringify(written) : writeXmlElement(item, written, shape));
  }

  has(list: ListName): boolean {
    return this.#held.get(list)?.isEmpty === false;
  }

  /** What was added to a list since it was last taken, without anything around it; it is forgotten with that. */
  *take(list: ListName): Generator<string> {
    const held = this.#held.get(list);
    if (held === undefined) return;
    this.#held.delete(list);
    try {
      yield* held.pieces();
    } finally {
      held.close();
    }
  }

  /** True the first time a key is seen: clusters stand once in an event. */
  isNew(key: string): boolean {
    if (this.#clusters.has(key)) return false;
    this.#clusters.add(key);
    return true;
  }

  /** Gives back the room that what waits takes outside of memory. */
  close(): void {
    for (const held of this.#held.values()) held.close();
  }

  /** The items of a list with what is around them; '' for an empty one in XML. */
  *listPieces(list: ListName): Generator<string> {
    const { inner, element } = this.#lists[list];
    const held = this.#held.get(list);
    const isEmpty = held === undefined || held.isEmpty;
    if (this.form === 'json') {
      if (isEmpty) {
        yield inner === undefined ? '[]' : '{}';
        return;
      }
      yield inner === undefined ? '[' : `{${JSON.stringify(inner)}:[`;
      yield* held.pieces();
      yield inner === undefined ? ']' : `]${list === 'ttps' ? ',"kill_chains":{}' : ''}}`;
      return;
    }
    if (isEmpty) return;
    if (element !== undefined) yield `<${element}>`;
    yield* held.pieces();
    if (element !== undefined) yield `</${element}>`;
  }
}
