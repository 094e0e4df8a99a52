import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Extensions } from '../event-extensions/extensions.ts';
import { proposalsOfEvents } from '../proposals/service.ts';
import { type Assembly, annotationsOf } from './assemble.ts';
import { warnProposals } from './attribute-notes.ts';
import { type EventBatch, eventBatches } from './event-batches.ts';
import { type Family, idsOf, modeOf } from './family.ts';
import {
  type HeaderParts,
  type Related,
  readHeaderParts,
  relatedBeside,
  relatedOfLargeBeside,
  relatedWires,
} from './header-parts.ts';
import { loadHoldings } from './load.ts';
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
  // Known from the id alone, it is on its way while even the header is read.
  const early = ids.length === 1 && isBeside(options) && !options.extended ? lookBeside(magpie, viewer, ids) : null;
  for await (const batch of eventBatches(magpie, tx, viewer, ids, options)) {
    const { large, assembly, extensions } = batch;
    if (large) yield { id: large.header.id, chunks: readLargeEvent(assembly, viewer, large, extensions, early) };
    else yield* readSmallEvents(batch, viewer, early);
  }
}

const isBeside = (options: ReadEventOptions) => options.correlations === 'beside';

/** Related events, looked up on another connection; whoever awaits the promise hears of a failure. */
function lookBeside(magpie: Magpie, viewer: Viewer, ids: readonly number[]): Promise<Related> {
  const looking = relatedBeside(magpie, viewer, ids);
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
  const { own, related } = startRelated(assembly, viewer, families, { early, isLarge: false });
  const parts = await readHeaderParts(own, viewer, families, extensions);
  const elements = assembly.options.metadata ? null : await readElements(assembly, viewer, families);
  const relatedOf = await related?.();
  for (const family of families) {
    const hits = assembly.hits?.ofEvent(idsOf(family));
    const { head, context: others, tail } = parts(family);
    const context = relatedOf ? { ...others, RelatedEvent: relatedOf(family) } : others;
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
function startRelated(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
  { early, isLarge }: { early: Promise<Related> | null; isLarge: boolean },
) {
  if (!isBeside(assembly.options)) return { own: assembly, related: null };
  const ids = [...new Set(families.flatMap(idsOf))];
  const begun = early ?? lookBeside(assembly.magpie, viewer, ids);
  const looking = isLarge ? helped(assembly.magpie, viewer, ids, begun) : begun;
  const related = async () => {
    const found = await looking;
    const noted = await annotationsOf(assembly, [...found.values()].flat(), { tellDepth: true });
    return (family: Family) => relatedWires(family, found, noted, assembly.options);
  };
  return { own: { ...assembly, options: { ...assembly.options, correlations: false } }, related };
}

/** Of a single large event the look-up that has begun finds a share only; another finds the rest at the same time. */
function helped(magpie: Magpie, viewer: Viewer, ids: readonly number[], begun: Promise<Related>): Promise<Related> {
  const [id] = ids;
  if (id === undefined || ids.length > 1) return begun;
  const whole = relatedOfLargeBeside(magpie, viewer, id, begun);
  whole.catch(() => {});
  return whole;
}

/** A large event: its related events are looked up while its pages are written. */
async function* readLargeEvent(
  assembly: Assembly,
  viewer: Viewer,
  family: Family,
  extensions: Extensions,
  early: Promise<Related> | null,
): AsyncGenerator<string> {
  const { own, related } = startRelated(assembly, viewer, [family], { early, isLarge: true });
  const parts = (await readHeaderParts(own, viewer, [family], extensions))(family);
  yield* writeLargeEvent(assembly, viewer, family, parts, async () =>
    related === null ? parts.context : { ...parts.context, RelatedEvent: (await related())(family) },
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
  const informed = { ...assembly, holdings: await loadHoldings(tx, idsOf(family)) };
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
