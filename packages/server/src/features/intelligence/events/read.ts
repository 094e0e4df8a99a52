import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Extensions } from '../event-extensions/extensions.ts';
import { proposalsOfEvents } from '../proposals/service.ts';
import { type Assembly, annotationsOf } from './assemble.ts';
import { warnProposals } from './attribute-notes.ts';
import { type EventBatch, eventBatches } from './event-batches.ts';
import { type Family, idsOf, modeOf } from './family.ts';
import { readHeaderParts, relatedBeside, relatedWires } from './header-parts.ts';
import { loadHoldings } from './load.ts';
import { attributePages, objectPages, readElements } from './read-elements.ts';
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
  for await (const batch of eventBatches(magpie, tx, viewer, ids, options)) {
    const { large, assembly, extensions } = batch;
    if (large) yield { id: large.header.id, chunks: readLargeEvent(assembly, viewer, large, extensions) };
    else yield* readSmallEvents(batch, viewer);
  }
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
): AsyncGenerator<EventJson> {
  const parts = await readHeaderParts(assembly, viewer, families, extensions);
  const elements = assembly.options.metadata ? null : await readElements(assembly, viewer, families);
  for (const family of families) {
    const hits = assembly.hits?.ofEvent(idsOf(family));
    const text = JSON.stringify({ Event: { ...parts(family), ...hits, ...elements?.get(family.header.id) } });
    yield { id: family.header.id, chunks: single(text) };
  }
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}

/** A large event: what costs most beside its pages, the related events, is looked up while they are written. */
async function* readLargeEvent(
  assembly: Assembly,
  viewer: Viewer,
  family: Family,
  extensions: Extensions,
): AsyncGenerator<string> {
  const isBeside = assembly.options.correlations === 'beside';
  const related = isBeside ? relatedBeside(assembly, viewer, family.members) : null;
  // Awaited at the end; a failure until then is not unhandled.
  related?.catch(() => {});
  const own = isBeside ? { ...assembly, options: { ...assembly.options, correlations: false } } : assembly;
  const parts = (await readHeaderParts(own, viewer, [family], extensions))(family);
  if (related === null) {
    yield* writeLargeEvent(assembly, viewer, family, parts);
    return;
  }
  const { RelatedEvent: _written, ...others } = parts;
  yield* writeLargeEvent(assembly, viewer, family, others, async () => {
    const found = await related;
    return relatedWires(family, found, await annotationsOf(assembly, [...found.values()].flat(), { tellDepth: true }));
  });
}

async function* writeLargeEvent(
  assembly: Assembly,
  viewer: Viewer,
  family: Family,
  parts: Wire,
  related?: () => Promise<Wire[]>,
): AsyncGenerator<string> {
  const { options, tx } = assembly;
  const tail = async () => (related ? `,"RelatedEvent":${JSON.stringify(await related())}` : '');
  // Complete once every page was looked up.
  const hits = () => {
    const part = JSON.stringify(assembly.hits?.ofEvent(idsOf(family)) ?? {});
    return part === '{}' ? '' : `,${part.slice(1, -1)}`;
  };
  if (options.metadata) {
    yield `{"Event":${JSON.stringify(parts).slice(0, -1)}${await tail()}}}`;
    return;
  }
  const proposals = options.noShadowAttributes
    ? null
    : await warnProposals(assembly, await proposalsOfEvents(tx, idsOf(family)));
  const head = JSON.stringify({
    ...parts,
    ...(proposals ? { ShadowAttribute: [...proposals.values()].flat() } : {}),
  });
  const mode = modeOf(viewer, family, options.deleted ?? 'live');
  const informed = { ...assembly, holdings: await loadHoldings(tx, idsOf(family)) };
  yield `{"Event":${head.slice(0, -1)},"Attribute":[`;
  yield* joined(attributePages(informed, idsOf(family), mode));
  yield '],"Object":[';
  yield* joined(objectPages(informed, idsOf(family), mode));
  yield `]${await tail()}${hits()}}}`;
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
