import type { CsvOptions, DocumentFormat, JsonObject, NotTaken, StixNames } from '@magpie/formats/readers';
import type { FindOptions, Indicator } from '@magpie/model';

/** How a file is to be read where that is not left to detection. */
export interface ReadingOptions {
  readonly format?: DocumentFormat;
  readonly csv?: CsvOptions;
  /** Where a page was found; its links begin there. */
  readonly pageUrl?: string;
  readonly lists?: FindLists;
  /** Of a time line these rows alone, counted from 1. */
  readonly rows?: ReadonlySet<number>;
}

/** Lists that free text is looked through with. */
export type FindLists = Pick<FindOptions, 'vendorDomains' | 'topLevelDomains'>;

/** What a reading thread is started with. */
export type ReadingTask =
  | ({ readonly kind: 'document'; readonly fileName: string; readonly bytes: Uint8Array } & ReadingOptions)
  | ({ readonly kind: 'summary'; readonly fileName: string; readonly bytes: Uint8Array } & ReadingOptions)
  | { readonly kind: 'indicators'; readonly text: string; readonly lists: FindLists };

/** One of the first attributes of a file. */
export interface SampledAttribute {
  readonly type: string;
  readonly value: string;
  readonly toIds: boolean;
}

/** What a file would give, before anything is stored. */
export interface FileSummary {
  readonly format: DocumentFormat;
  /** Title of the first event. */
  readonly title: string;
  readonly events: number;
  readonly attributes: number;
  readonly objects: number;
  readonly reports: number;
  readonly tags: number;
  /** Attributes by type, those of objects too; most frequent first. */
  readonly types: readonly (readonly [type: string, count: number])[];
  readonly sample: readonly SampledAttribute[];
  /** Attributes that warninglists could name, each once, up to ten thousand. */
  readonly values: readonly { readonly type: string; readonly value: string }[];
  /** How many parts would not be taken, and the first of them. */
  readonly notTakenCount: number;
  readonly notTaken: readonly NotTaken[];
  /** How the file was taken apart, and its first rows; of CSV alone. */
  readonly csv: {
    readonly delimiter: string;
    readonly hasHeader: boolean;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  } | null;
}

/** What a reading thread says. After each message it waits to be told to go on, or for what it asked. */
export type FromReader =
  | { readonly kind: 'format'; readonly format: DocumentFormat }
  /** A STIX document is of this version, and names what the instance may know: answered by its knowledge. */
  | { readonly kind: 'stix names'; readonly names: StixNames }
  | { readonly kind: 'stix version'; readonly version: string }
  | { readonly kind: 'event'; readonly event: JsonObject }
  /** Parts that were not taken, many at once. */
  | { readonly kind: 'left'; readonly left: readonly NotTaken[] }
  /** Members of the event that comes next: lists are cut, so that taking one does not hold up others. */
  | { readonly kind: 'members'; readonly key: string; readonly items: readonly unknown[] }
  | { readonly kind: 'indicators'; readonly indicators: readonly Indicator[] }
  | { readonly kind: 'summary'; readonly summary: FileSummary }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'done' };
