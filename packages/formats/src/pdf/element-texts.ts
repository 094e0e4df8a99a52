/** What is known of the elements that a report points at: what its reader may see. */
export interface ReportElements {
  /** What an element says in a text, by `referenceKey`. */
  readonly texts: ReadonlyMap<string, ElementText>;
  /** The bytes of attached pictures, by the uuid of their attribute. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
}

/** An element as a text shows it. */
export interface ElementText {
  readonly text: string;
  /** `#rrggbb`; of tags. */
  readonly colour?: string;
}

/** What an element is called in `ReportElements`: by its kind and its uuid, or the name of a tag. */
export function referenceKey(kind: string, target: string): string {
  return `${kind} ${kind === 'tag' ? target : target.toLowerCase()}`;
}
