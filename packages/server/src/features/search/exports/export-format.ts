import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Piece } from '../rest-search/held-transaction.ts';
import type { SearchHead } from '../rest-search/search-head.ts';
import type { ExportScope, ExportSearch } from './export-search.ts';

/** A format in which searches of events and attributes answer. */
export interface ExportFormat {
  readonly contentType: string;
  /** Of the file's name in the event scope. */
  readonly extension: string;
  /** X-Response-Format, for the scopes that the format is made for; MISP knows it for no other. */
  readonly responseFormat: Readonly<Partial<Record<ExportScope, string>>>;
  /** Only what is meant for detection, of published events, unless the search says otherwise. */
  readonly isRestrictive: boolean;
  /** Types that an attribute search is narrowed to, so that its numbers are those of what is written. */
  readonly countedTypes?: readonly string[];
  /** A page that MISP renders: of the type that was asked for, without file name and numbers of a search. */
  readonly isPage?: boolean;
  /** The format that answers instead where JSON is asked for. */
  readonly asJson?: string;
  /** The bytes are no text (archives, PDF). */
  readonly isBinary?: boolean;
  /**
   * Waits for the user's turn where the format is so costly that few may be written at a time, before a transaction is
   * open. Answers what gives the place back.
   */
  admit?(viewer: Viewer): Promise<() => void>;
  /**
   * The document, whole or piece by piece. Throws `BadRequest` for options that cannot be understood, before the first
   * piece.
   */
  write(
    search: ExportSearch,
    head: SearchHead,
    magpie: Magpie,
  ): string | AsyncIterable<Piece> | Promise<string | AsyncIterable<Piece>>;
}

/** Formats by the name that a search gives in `returnFormat`. */
export type NamedFormat = readonly [name: string, format: ExportFormat];

/** Both scopes under one X-Response-Format. */
export function inBothScopes(responseFormat: string): Record<ExportScope, string> {
  return { events: responseFormat, attributes: responseFormat };
}

/** What lists of lines have in common. */
export const PLAIN_TEXT = {
  contentType: 'text/plain; charset=UTF-8',
  extension: 'txt',
  responseFormat: inBothScopes('txt'),
};

/** What JSON documents have in common. */
export const JSON_TEXT = {
  contentType: 'application/json; charset=UTF-8',
  extension: 'json',
  responseFormat: inBothScopes('json'),
};

/** What XML documents have in common. */
export const XML_TEXT = {
  contentType: 'application/xml; charset=UTF-8',
  extension: 'xml',
  responseFormat: inBothScopes('xml'),
};
