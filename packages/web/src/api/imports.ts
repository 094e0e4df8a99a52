import { ApiError, call, csrfHeader, get, post } from './client.ts';
import type { ImportResult } from './events.ts';

/** How a CSV file is taken apart. */
export interface CsvPreview {
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface NotTaken {
  readonly path: string;
  readonly reason: string;
}

/** What a sent file would give. */
export interface ImportPreview {
  readonly upload: string;
  readonly name: string;
  readonly size: number;
  readonly format: string;
  readonly title: string;
  readonly events: number;
  readonly attributes: number;
  readonly objects: number;
  readonly reports: number;
  readonly tags: number;
  readonly types: readonly (readonly [string, number])[];
  readonly sample: readonly {
    readonly type: string;
    readonly value: string;
    readonly toIds: boolean;
    readonly lists: readonly string[];
  }[];
  /** Values that warninglists name. */
  readonly warnedCount: number;
  readonly warned: readonly { readonly type: string; readonly value: string; readonly lists: readonly string[] }[];
  readonly notTakenCount: number;
  readonly notTaken: readonly NotTaken[];
  readonly csv: CsvPreview | null;
}

/** What became of a file; `error` where it could not be read after all. */
export interface StoredFile extends ImportResult {
  readonly format: string;
  readonly notTaken: readonly NotTaken[];
  readonly notTakenCount: number;
  readonly error?: string;
}

/** How a file is to be read; of CSV, what is not told is found out. */
export interface ReadingChoice {
  readonly format?: string;
  readonly csv?: { readonly columns?: readonly string[]; readonly has_header?: boolean; readonly delimiter: string };
}

/** How what was read from a file is stored: in a new event, or in `event`. */
export interface StoreChoice extends ReadingChoice {
  readonly event?: string;
  readonly distribution?: string;
  readonly sharing_group_id?: string;
  readonly galaxies_as_tags?: boolean;
  /** What the preview told of: large files are stored in the background, and their progress is counted by it. */
  readonly events?: number;
  readonly attributes?: number;
}

interface Progress {
  readonly job: string | null;
  readonly state: string | null;
  readonly progress: number;
  readonly message: string;
  readonly result: StoredFile | null;
}

/** Sends a file to be looked at. Throws `ApiError`. */
export async function uploadFile(file: File): Promise<ImportPreview> {
  const answer = await fetch(`/ui/import-upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { Accept: 'application/json', 'Content-Type': 'application/octet-stream', ...csrfHeader() },
    body: file,
  });
  const body: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return body as ImportPreview;
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
  throw new ApiError(answer.status, message);
}

/** Has the server fetch a file of the Internet, to be looked at. */
export const fetchUrl = (url: string) => post<ImportPreview>('/ui/import-url', { url });

/** Reads an uploaded file another way. */
export const previewAgain = (upload: string, choice: ReadingChoice) =>
  post<ImportPreview>(`/ui/import-preview/${upload}`, choice);

/** Stores a sent file: at once, or as a job whose progress `importProgress` tells. */
export const storeUpload = (upload: string, choice: StoreChoice) =>
  post<{ readonly job: string | null; readonly result?: StoredFile }>(`/ui/import-store/${upload}`, choice);

/** How far a long import is. */
export const importProgress = (upload: string) => get<Progress>(`/ui/import-result/${upload}`);

/** Stops a long import; what it stored stays. */
export const cancelImport = (job: string) => call('POST', `/jobs/cancel/${job}`);

/** Forgets an uploaded file before its time. */
export const dropUpload = (upload: string) => post(`/ui/import-drop/${upload}`);
