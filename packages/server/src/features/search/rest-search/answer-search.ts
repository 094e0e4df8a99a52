import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Answer } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { asksForJson } from '../../../http/negotiate.ts';
import type { Call } from '../../../http/operation.ts';
import type { ExportFormat } from '../exports/export-format.ts';
import { readExportSearch, readHead } from '../exports/export-search.ts';
import { findFormat } from '../exports/find-format.ts';
import { fillPage } from '../exports/kept-page.ts';
import { restriction, withDefaults } from '../exports/with-defaults.ts';
import { answerReading, JSON_TYPE } from './answer-reading.ts';
import { type Piece, type Reading, readHeld } from './held-transaction.ts';
import type { SearchParameters, SearchScope } from './parameters.ts';
import { searchAttributes } from './search-attributes.ts';
import { searchEvents, searchViewer } from './search-events.ts';
import { countHeaders, type SearchHead } from './search-head.ts';
import { searchObjects } from './search-objects.ts';
import { searchOneValue } from './search-one-value.ts';

type Search = (
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
) => Promise<Reading<SearchHead>>;

const searches: Readonly<Record<SearchScope, Search>> = {
  events: searchEvents,
  attributes: (magpie, tx, _viewer, parameters) => searchAttributes(magpie, tx, parameters),
  objects: searchObjects,
};

/** What a search needs of a request; the program's own searches have nobody who prefers anything. */
type SearchCall = Pick<Call, 'method' | 'viewer'> & Partial<Pick<Call, 'path' | 'headers'>>;

function wantsJson({ path, headers }: SearchCall): boolean {
  return asksForJson(path ?? '', headers ?? {});
}

/**
 * Runs a search whose parameters were read and answers in the format it asks for. Throws `BadRequest` for parameters
 * that cannot be understood; an unknown format is MISP's 404.
 */
export async function answerSearch(
  magpie: Magpie,
  scope: SearchScope,
  call: SearchCall,
  parameters: SearchParameters,
): Promise<Answer> {
  const name = readFormatName(parameters);
  const viewer = searchViewer(call.viewer, parameters);
  if (name !== 'json') return answerExport(magpie, scope, { ...call, viewer }, name, parameters);
  const quick = scope === 'attributes' ? await searchOneValue(magpie, viewer, parameters) : null;
  const { head, body } =
    quick ?? (await readHeld(magpie.database, viewer, (tx) => searches[scope](magpie, tx, viewer, parameters)));
  return answerReading(body, headersOf(scope, parameters, head, JSON_FORMAT));
}

async function answerExport(
  magpie: Magpie,
  scope: SearchScope,
  call: SearchCall,
  name: string,
  parameters: SearchParameters,
): Promise<Answer> {
  const sent = scope === 'objects' ? null : await findFormat(magpie, name);
  if (sent?.asJson !== undefined && wantsJson(call)) {
    return answerExport(magpie, scope, call, sent.asJson, parameters);
  }
  const format = sent;
  const responseFormat = scope === 'objects' ? undefined : format?.responseFormat[scope];
  if (scope === 'objects' || !format || responseFormat === undefined) {
    throw new HttpProblem(404, 'Invalid output format.');
  }
  const { head, body } = await readExport(magpie, call.viewer, scope, format, parameters);
  if (format.isPage) {
    const contentType = wantsJson(call) ? JSON_TYPE : format.contentType;
    return answerReading(body, {}, { contentType });
  }
  const headed = { name, extension: format.extension, responseFormat };
  return answerReading(body, headersOf(scope, parameters, head, headed), format);
}

function readFormatName(parameters: SearchParameters): string {
  const format = parameters.get('returnFormat') ?? 'json';
  if (typeof format !== 'string') throw new HttpProblem(404, 'Invalid output format.');
  return format === 'download' ? 'json' : format;
}

async function readExport(
  magpie: Magpie,
  viewer: Viewer,
  scope: Exclude<SearchScope, 'objects'>,
  format: ExportFormat,
  sent: SearchParameters,
): Promise<Reading<SearchHead, Piece>> {
  if (format.admit === undefined) return readAdmitted(magpie, viewer, scope, format, sent);
  const leave = await format.admit(viewer);
  const held: ExportFormat = {
    ...format,
    write: async (...given) => releasing(await format.write(...given), leave),
  };
  try {
    return await readAdmitted(magpie, viewer, scope, held, sent);
  } catch (error) {
    leave();
    throw error;
  }
}

/** A document that gives its place back when it ends, however it ends. */
async function* releasing(body: string | AsyncIterable<Piece>, leave: () => void): AsyncGenerator<Piece> {
  try {
    if (typeof body === 'string') yield body;
    else yield* body;
  } finally {
    leave();
  }
}

function readAdmitted(
  magpie: Magpie,
  viewer: Viewer,
  scope: Exclude<SearchScope, 'objects'>,
  format: ExportFormat,
  sent: SearchParameters,
): Promise<Reading<SearchHead, Piece>> {
  const parameters = withDefaults(sent, {
    ...(format.isRestrictive ? restriction(magpie) : {}),
    ...(format.countedTypes && scope === 'attributes' ? { type: format.countedTypes } : {}),
  });
  return readHeld(
    magpie.database,
    viewer,
    async (tx) => {
      const { search, leftOut } = await fillPage(await readExportSearch(magpie, tx, viewer, scope, parameters));
      const head = { ...(await readHead(search)), ...(leftOut && { leftOut }) };
      return { head, body: await format.write(search, head, magpie) };
    },
    { isBinary: format.isBinary ?? false },
  );
}

/** What the headers tell of a format. */
interface HeadedFormat {
  readonly name: string;
  readonly extension: string;
  readonly responseFormat: string;
}

const JSON_FORMAT: HeadedFormat = { name: 'json', extension: 'json', responseFormat: 'json' };

function headersOf(
  scope: SearchScope,
  parameters: SearchParameters,
  head: SearchHead,
  format: HeadedFormat,
): Record<string, string> {
  return {
    ...countHeaders(head),
    'x-export-module-used': format.name,
    'x-response-format': format.responseFormat,
    ...skippedOf(head),
    ...(scope === 'events'
      ? { 'content-disposition': `attachment; filename="misp.event.${fileId(parameters)}.${format.extension}"` }
      : {}),
  };
}

/** Not told where a long answer had begun before it was known. */
function skippedOf({ leftOut }: SearchHead): Record<string, string> {
  if (leftOut === undefined) return { 'x-skipped-elements-count': '0' };
  return leftOut.isWhole ? { 'x-skipped-elements-count': String(leftOut.count) } : {};
}

/** The file is named after the event when one is asked for. */
function fileId(parameters: SearchParameters): string {
  const eventId = parameters.get('eventid');
  const text = typeof eventId === 'number' || typeof eventId === 'string' ? String(eventId) : '';
  return /^[0-9a-fA-F-]{1,36}$/.test(text) ? text : 'list';
}
