import type { ExportAttribute } from '@magpie/formats';

/** What an exporter's file says of its format. */
export interface ExporterFormat {
  readonly contentType: string;
  /** Of the file's name. */
  readonly extension: string;
  readonly scopes: readonly ('events' | 'attributes')[];
  /** Only what is meant for detection, of published events, unless the search says otherwise. */
  readonly restrictive: boolean;
}

/** What an exporter is told beside the attributes. */
export interface ExporterContext {
  readonly scope: 'events' | 'attributes';
  readonly baseUrl: string;
  /** Name of the reader's organisation. */
  readonly organisation: string;
  /** Epoch seconds. */
  readonly now: number;
  /** The parameter `options` of the search, whatever it is. */
  readonly options: unknown;
}

/** What the worker is started with. */
export interface WorkerTask {
  readonly file: string;
  /** Null: only the format is asked for. */
  readonly context: ExporterContext | null;
}

/** From the worker: what it is, that it wants attributes, a piece of text, its end, its failure. */
export type FromWorker =
  | { readonly kind: 'format'; readonly format: ExporterFormat }
  | { readonly kind: 'wants' }
  | { readonly kind: 'piece'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** To the worker: attributes (null at their end), or that a piece was taken. */
export type ToWorker =
  | { readonly kind: 'rows'; readonly rows: readonly ExportAttribute[] | null }
  | { readonly kind: 'taken' };
