import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { RelatedAhead } from '../../search/correlations/related-ahead.ts';
import type { Extensions } from '../event-extensions/extensions.ts';
import { proposalsOfEvents } from '../proposals/service.ts';
import { type Assembly, annotationsOf } from './assemble.ts';
import { warnProposals } from './attribute-notes.ts';
import { type EventBatch, eventBatches, headersOf } from './event-batches.ts';
import { type Family, idsOf, modeOf } from './family.ts';
import { type HeaderParts, type Related, readHeaderParts, relatedBeside, relatedWires } from './header-parts.ts';
import { type KnownEvent, loadHoldings } from './load.ts';
import { attributePages, type EventElements, objectPages, readElements } from './read-elements.ts';
import type { ReadEventOptions } from './read-options.ts';

/** The JSON text of one `{"Event":{…}}`, in pieces when the event is large. */
export interface EventJson {
  id: number;
  chunks: AsyncIterable<string>;
}

type Wire = Record<string, unknown>;

/**
 * The full JSON of events in the order of `ids`; what the viewer may not see is missing. Memory is bounded by a page
 * of attributes whatever the size of the events, and statements by the number of pages, not of events.
 */
export async function* readEvents(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  ids: readonly number[],
  options: ReadEventOptions = {},
): AsyncGenerator<EventJson> {
  yield* written(eventBatches(magpie, tx, viewer, headersOf(tx, ids), options), viewer, null);
}

/** The same of one event that was looked up. `early` is what `lookBeside` gave for it, where it began before that. */
export async function* readKnownEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  { header, holdings }: KnownEvent,
  options: ReadEventOptions,
  early: Promise<Related> | null,
): AsyncGenerator<EventJson> {
  // An extended view also holds what hangs on other events.
  if (options.extended) return yield* written(eventBatches(magpie, tx, viewer, [[header]], options), viewer, null);
  // On its way while the reader's own connection looks for the rest.
  const related = early ?? (isBeside(options) ? lookBeside(magpie, viewer, [header.id]) : null);
  yield* written(eventBatches(magpie, tx, viewer, [[header]], options, holdings), viewer, related);
}

async function* written(
  batches: AsyncIterable<EventBatch>,
  viewer: Viewer,
  early: Promise<Related> | null,
): AsyncGenerator<EventJson> {
  for await (const batch of batches) {
    const { large, assembly, extensions } = batch;
    if (large) yield { id: large.header.id, chunks: readLargeEvent(assembly, viewer, large, extensions, early) };
    else yield* readSmallEvents(batch, viewer, early);
  }
}

const isBeside = (options: ReadEventOptions) => options.correlations === 'beside';

/**
 * Related events, looked up on other connections, or as they were `ahead` while the only one of `ids` was stored; whoever
 * awaits the promise hears of a failure.
 */
export function lookBeside(
  magpie: Magpie,
  viewer: Viewer,
  ids: readonly number[],
  ahead: RelatedAhead | null = null,
): Promise<Related> {
  const looking = relatedBeside(magpie, viewer, ids, ahead);
  looking.catch(() => {});
  return looking;
}

/** The event as one value, for callers that need it whole; null when it is not visible. */
export async function readEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  id: number,
  options: ReadEventOptions = {},
): Promise<{ Event: Wire } | null> {
  for await (const event of readEvents(magpie, tx, viewer, [id], options)) {
    let text = '';
    for await (const chunk of event.chunks) text += chunk;
    return JSON.parse(text);
  }
  return null;
}

async function* readSmallEvents(
  { assembly, families, extensions }: EventBatch,
  viewer: Viewer,
  early: Promise<Related> | null,
): AsyncGenerator<EventJson> {
  const { own, related } = startRelated(assembly, viewer, families, early);
  const [parts, elements] = await Promise.all([
    readHeaderParts(own, viewer, families, extensions),
    assembly.options.metadata ? null : readElements(assembly, viewer, families),
  ]);
  const relatedOf = await related?.();
  for (const family of families) {
    const hits = assembly.hits?.ofEvent(idsOf(family));
    const { head, context: others, tail } = parts(family);
    const context = relatedOf ? { RelatedEvent: relatedOf(family), ...others } : others;
    const {
      Attribute,
      ShadowAttribute,
      Object: objects,
    }: Partial<EventElements> = elements?.get(family.header.id) ?? {};
    // In MISP's order; what is undefined is left out.
    const event = { ...head, Attribute, ShadowAttribute, ...context, Object: objects, ...tail, ...hits };
    const text = JSON.stringify({ Event: event });
    yield { id: family.header.id, chunks: single(text) };
  }
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}

/**
 * Has the related events looked up beside the rest from now on, where the reader allows that and nobody has begun:
 * `own` leaves them out, and `related` gives them in the end.
 */
function startRelated(assembly: Assembly, viewer: Viewer, families: readonly Family[], early: Promise<Related> | null) {
  if (!isBeside(assembly.options)) return { own: assembly, related: null };
  const looking = early ?? lookBeside(assembly.magpie, viewer, [...new Set(families.flatMap(idsOf))]);
  const related = async () => {
    const found = await looking;
    const noted = await annotationsOf(assembly, [...found.values()].flat(), { tellDepth: true });
    return (family: Family) => relatedWires(family, found, noted, assembly.options);
  };
  return { own: { ...assembly, options: { ...assembly.options, correlations: false } }, related };
}

/** A large event: its related events are looked up while its pages are written. */
async function* readLargeEvent(
  assembly: Assembly,
  viewer: Viewer,
  family: Family,
  extensions: Extensions,
  early: Promise<Related> | null,
): AsyncGenerator<string> {
  const { own, related } = startRelated(assembly, viewer, [family], early);
  const parts = (await readHeaderParts(own, viewer, [family], extensions))(family);
  yield* writeLargeEvent(assembly, viewer, family, parts, async () =>
    related === null ? parts.context : { RelatedEvent: (await related())(family), ...parts.context },
  );
}

async function* writeLargeEvent(
  assembly: Assembly,
  viewer: Viewer,
  family: Family,
  { head, tail }: HeaderParts,
  contextOf: () => Promise<Wire>,
): AsyncGenerator<string> {
  const { options, tx } = assembly;
  yield `{"Event":${JSON.stringify(head).slice(0, -1)}`;
  if (options.metadata) {
    yield `${members({ ...(await contextOf()), ...tail })}}}`;
    return;
  }
  const mode = modeOf(viewer, family, options.deleted ?? 'live');
  const informed = { ...assembly, holdings: assembly.holdings ?? (await loadHoldings(tx, idsOf(family))) };
  yield ',"Attribute":[';
  yield* joined(attributePages(informed, idsOf(family), mode));
  const proposals = options.noShadowAttributes
    ? null
    : await warnProposals(assembly, await proposalsOfEvents(tx, idsOf(family)));
  const proposed = proposals ? { ShadowAttribute: [...proposals.values()].flat() } : {};
  yield `]${members({ ...proposed, ...(await contextOf()) })},"Object":[`;
  yield* joined(objectPages(informed, idsOf(family), mode));
  // Hits are complete once every page was looked up.
  yield `]${members({ ...tail, ...assembly.hits?.ofEvent(idsOf(family)) })}}}`;
}

/** JSON of members that follow others in a map: `,"a":1,"b":2`, nothing where there are none. */
function members(of: Wire): string {
  const text = JSON.stringify(of);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

/** JSON values page by page, comma-separated. */
async function* joined(pages: AsyncIterable<Wire[]>): AsyncGenerator<string> {
  let separator = '';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((wire) => JSON.stringify(wire)).join(',');
    separator = ',';
  }
}
