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

/** What the process of an exporter is told first. */
export interface Task {
  readonly kind: 'task';
  readonly source: string;
  readonly isTypeScript: boolean;
  /** An `ExporterContext` as JSON; null: only the format is asked for. */
  readonly context: string | null;
}

/** From the process: what the exporter is, that it wants attributes, a piece of text, its end, its failure. */
export type FromExporter =
  | { readonly kind: 'format'; readonly format: ExporterFormat }
  | { readonly kind: 'wants' }
  | { readonly kind: 'piece'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** To the process: its task, then attributes as a JSON list (null at their end), or null for a piece that was taken. */
export type ToExporter = Task | { readonly kind: 'answer'; readonly rows: string | null };
