import { categoriesOfType, type Indicator, joinValue } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import { readDetectionLists } from '../../search/free-text/detection-lists.ts';
import { offerWire } from '../../search/free-text/import-free-text.ts';
import { findIndicatorsApart } from '../../search/imports/read-apart.ts';
import { contextOf } from '../attributes/service.ts';
import { valueDigest } from '../attributes/value-digest.ts';
import { writeAttributes } from '../attributes/write.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';
import { attachTags } from '../events/tag-links.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type ContextElement, findContext } from './context-elements.ts';
import { changeReport, findReportByText, NotReportOwner } from './manage-reports.ts';
import { findReferences, replaceValues, withoutFormat, withoutReferences } from './markdown.ts';
import type { ListedReportRow, ReportRow } from './queries.ts';

/** Values looked for in one report. */
const MAX_VALUES = 10_000;

/** What a report's text holds. */
export interface Extraction {
  report: ReportRow;
  indicators: Indicator[];
  /** uuids of attributes that the event has already, by the value as the text has it. */
  known: Map<string, string>;
  context: ContextElement[];
}

/** Finds indicators, tags and clusters in a visible report. Nothing is stored. Throws `NotFound`. */
export function extractFromReport(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<Extraction> {
  return magpie.database.as(viewer, async (tx) => {
    const report = await findReportByText(tx, key);
    if (report === null) throw new NotFound('Invalid report');
    return extract(tx, report);
  });
}

async function extract(tx: Transaction, report: ReportRow): Promise<Extraction> {
  const lists = await readDetectionLists(tx);
  const all = await findIndicatorsApart(withoutFormat(withoutReferences(report.content)), lists);
  const indicators = all.slice(0, MAX_VALUES);
  const known = await knownValues(tx, report.event_id, indicators);
  return { report, indicators, known, context: await findContext(tx, report.content) };
}

/** The oldest visible live attribute of the event with each value, by one probe of the values' index. */
async function knownValues(
  tx: Transaction,
  eventId: number,
  indicators: readonly Pick<Indicator, 'value' | 'originalValue'>[],
): Promise<Map<string, string>> {
  if (indicators.length === 0) return new Map();
  const digests = [...new Set(indicators.map(({ value }) => valueDigest(value.split('|', 1)[0] ?? value)))];
  const rows = await tx.query<{ uuid: string; value1: string; value2: string }>(
    `select uuid, value1, value2 from visible_attributes
     where h1 = any ($2::bigint[]) and event_id = $1 and not deleted order by id desc`,
    [eventId, [...digests, ...indicators.map(({ value }) => valueDigest(value))]],
  );
  const uuids = new Map(rows.map(({ uuid, value1, value2 }) => [joinValue(value1, value2).toLowerCase(), uuid]));
  return new Map(
    indicators.flatMap(({ value, originalValue }) => {
      const uuid = uuids.get(value.toLowerCase());
      return uuid === undefined ? [] : [[originalValue, uuid] as const];
    }),
  );
}

/** The answer of extractFromReport: what may be added, and what is there and may be linked. */
export function extractionWire({ report, indicators, known, context }: Extraction): JsonObject {
  const fresh = indicators.filter(({ originalValue }) => !known.has(originalValue));
  const types = new Set(fresh.flatMap(({ alternatives }) => alternatives));
  const { content, replaced } = replaceValues(report.content, references(known));
  return {
    complexTypeToolResult: fresh.map(offerWire),
    replacementValues: [...known].map(([value, uuid]) => ({ value, attribute_uuid: uuid })),
    replacementResult: { contentWithReplacements: content, replacedValues: replaced },
    typeToCategoryMapping: Object.fromEntries([...types].map((type) => [type, categoriesOfType(type)])),
    context: context.map(({ text, tagName }) => ({ value: text, tag_name: tagName })),
  };
}

function references(uuids: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...uuids].map(([value, uuid]) => [value, `@[attribute](${uuid})`]));
}

/** What an extraction did. */
export interface AppliedExtraction {
  report: ListedReportRow;
  added: number;
  tags: string[];
}

/**
 * Adds what a report names to its event as attributes, and links the text to them; with `tagEvent` the tags and
 * clusters it names go on the event too. Throws `NotFound`, `NotReportOwner`.
 */
export function extractAllFromReport(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  options: { tagEvent: boolean },
): Promise<AppliedExtraction> {
  return magpie.database.as(viewer, async (tx) => {
    const { report, context } = await openForChange(magpie, tx, viewer, key);
    const found = await extract(tx, report);
    const fresh = found.indicators.filter(({ originalValue }) => !found.known.has(originalValue));
    const added = await addIndicators(context, fresh);
    if (options.tagEvent && found.context.length > 0) await tagEvent(context, found.context);
    const known = new Map([...found.known, ...(await knownValues(tx, report.event_id, found.indicators))]);
    const marks = references(known);
    for (const { text, tagName } of found.context) if (!marks.has(text)) marks.set(text, `@[tag](${tagName})`);
    const { content } = replaceValues(report.content, marks);
    const changed = await changeReport(magpie, tx, viewer, String(report.id), { content });
    return { report: changed, added, tags: options.tagEvent ? found.context.map(({ tagName }) => tagName) : [] };
  });
}

/**
 * Takes suggestions for values of a report: each becomes an attribute, if the event has it not, to which the text is
 * linked. `suggestions` maps the value in the text to type, category, to_ids and, where it differs, the value to store.
 * Throws `NotFound`, `NotReportOwner`, `BadRequest`.
 */
export function replaceSuggestions(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: unknown,
): Promise<AppliedExtraction> {
  return magpie.database.as(viewer, async (tx) => {
    const { report, context } = await openForChange(magpie, tx, viewer, key);
    const suggestions = readSuggestions(body);
    const known = await knownValues(tx, report.event_id, suggestions);
    const fresh = suggestions.filter(({ originalValue }) => !known.has(originalValue));
    const added = await addIndicators(context, fresh);
    const marks = references(await knownValues(tx, report.event_id, suggestions));
    const { content } = replaceValues(withoutSuggestions(report.content), marks);
    const changed = await changeReport(magpie, tx, viewer, String(report.id), { content });
    return { report: changed, added, tags: [] };
  });
}

type Suggestion = Pick<Indicator, 'value' | 'originalValue' | 'type'> & Partial<Pick<Indicator, 'category' | 'toIds'>>;

function readSuggestions(body: unknown): Suggestion[] {
  const sent = unwrap(body, 'EventReport').suggestions;
  const given = typeof sent === 'string' ? parseObject(sent) : sent;
  if (!isObject(given)) throw new BadRequest('The suggestions have to be an object: {"value": {"type": "…"}}.');
  const all = Object.entries(given).slice(0, MAX_VALUES);
  return all.flatMap(([originalValue, choice]) => {
    if (!isObject(choice) || readBoolean(choice.checked) === false) return [];
    const detected = isObject(choice.complexTypeToolResult) ? choice.complexTypeToolResult : {};
    const type = choice.type ?? choice.picked_type ?? detected.picked_type ?? detected.default_type;
    const value = choice.value ?? detected.value ?? originalValue;
    const toIds = readBoolean(choice.to_ids);
    if (typeof type !== 'string' || typeof value !== 'string') return [];
    return [
      {
        ...{ originalValue, value, type },
        ...(typeof choice.category === 'string' ? { category: choice.category } : {}),
        ...(toIds === undefined ? {} : { toIds }),
      },
    ];
  });
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequest('The suggestions are not JSON.');
    throw error;
  }
}

/** Marks of an extraction that was left off stand for their values. */
function withoutSuggestions(markdown: string): string {
  let text = '';
  let at = 0;
  for (const { kind, target, start, end } of findReferences(markdown)) {
    if (kind !== 'suggestion') continue;
    text += markdown.slice(at, start) + target;
    at = end;
  }
  return text + markdown.slice(at);
}

async function openForChange(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  key: string | undefined,
): Promise<{ report: ReportRow; context: WriteContext }> {
  const found = await findReportByText(tx, key);
  const event = found === null ? null : await findEvent(tx, found.event_id, { lock: true });
  const report = found === null ? null : await findReportByText(tx, String(found.id));
  if (report === null || event === null) throw new NotFound('Invalid report');
  // MISP leaves this to the organisation alone, by which a reader could add attributes.
  if (!canModifyEvent(viewer, event)) throw new NotReportOwner('Unauthorized');
  return { report, context: await contextOf(magpie, tx, viewer, event) };
}

async function addIndicators(context: WriteContext, indicators: readonly Suggestion[]): Promise<number> {
  const outcomes = await writeAttributes(
    context,
    indicators.map(({ value, type, category, toIds }, index) => ({
      body: { value, type, category, to_ids: toIds, distribution: 5 },
      path: `[${index}]`,
      object: null,
    })),
  );
  return outcomes.filter((outcome) => 'id' in outcome).length;
}

async function tagEvent(context: WriteContext, elements: readonly ContextElement[]): Promise<void> {
  const tags = elements.map(({ tagName }) => ({
    ...{ name: tagName, colour: null, local: false, relationshipType: '', deleted: false },
  }));
  await attachTags(context, [{ attributeId: null, audienceId: context.event.audience.id, tags, path: 'Event' }]);
}
