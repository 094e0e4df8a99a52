import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { eventTagWire } from '../../knowledge/tags/wire.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import {
  findRelatedEvents,
  findRelatedEventsBeside,
  type RelatedEventRow,
  relatedEventWire,
} from '../../search/correlations/related-events.ts';
import { prepareEventHits } from '../../sharing/caches/event-hits.ts';
import { type Extensions, loadExtensions, NO_EXTENSIONS } from '../event-extensions/extensions.ts';
import { eventReportsWire } from '../event-reports/service.ts';
import { proposalsOfEvents } from '../proposals/service.ts';
import { keysOfEvents } from '../protection/keys.ts';
import {
  type Assembly,
  annotationsOf,
  assembleAttributes,
  assembleObjects,
  groupBy,
  sharingGroupPart,
  sharingGroupsOf,
  tagGalaxies,
} from './assemble.ts';
import { eventScores, warnProposals } from './attribute-notes.ts';
import { batchesBySize, extensionParts, type Family, familyOf, idsOf, modeOf, sizeOf, unique } from './family.ts';
import { type LinkedTag, loadAttributes, loadEventTags, loadHeaders, loadHoldings, loadObjects } from './load.ts';
import type { DeletedMode, ReadEventOptions } from './read-options.ts';
import { type EventHeader, eventWire } from './wire.ts';

/** The JSON text of one `{"Event":{…}}`, in pieces when the event is large. */
export interface EventJson {
  id: number;
  chunks: AsyncIterable<string>;
}

/** Events with more attributes than this are written in pieces; smaller ones are read many at a time. */
const PAGE_ATTRIBUTES = 2500;
const PAGE_OBJECTS = 500;
const EVENTS_AT_ONCE = 50;

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
  for (let start = 0; start < ids.length; start += EVENTS_AT_ONCE) {
    const headers = await loadHeaders(tx, ids.slice(start, start + EVENTS_AT_ONCE));
    const wantsExtensions = options.extended === true || options.extensionList === true;
    const extensions = wantsExtensions ? await loadExtensions(tx, headers) : NO_EXTENSIONS;
    const families = headers.map((header) => familyOf(header, extensions, options));
    const hits = await hitsOf({ magpie, tx, options }, viewer, families);
    const assembly = { magpie, tx, options, hits };
    for (const batch of batchesBySize(families, PAGE_ATTRIBUTES)) {
      const [first] = batch;
      if (batch.length === 1 && first && sizeOf(first) > PAGE_ATTRIBUTES) {
        yield { id: first.header.id, chunks: readLargeEvent(assembly, viewer, first, extensions) };
        continue;
      }
      const parts = await readHeaderParts(assembly, viewer, batch, extensions);
      yield* readSmallEvents(assembly, viewer, batch, parts);
    }
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

/** Everything of the events but their attributes, objects and proposals. */
async function readHeaderParts(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
  extensions: Extensions,
): Promise<(family: Family) => Wire> {
  const { magpie, tx, options } = assembly;
  const headers = families.map((family) => family.header);
  const members = families.flatMap((family) => family.members);
  const ids = members.map((member) => member.id);
  const tags = groupBy(await loadEventTags(tx, ids, options), (tag) => tag.event_id);
  const galaxies = await tagGalaxies(assembly, [...tags.values()].flat(), 'event');
  const groups = await sharingGroupsOf(assembly, headers);
  const related: Related = options.correlations ? await relatedOf(assembly, members) : new Map();
  const noted = await annotationsOf(assembly, [...related.values()].flat(), { tellDepth: true });
  const withReports = !options.metadata && !options.noEventReports;
  const reports = withReports ? await reportsOf(assembly, ids) : new Map<number, Wire[]>();
  const emails = await creatorEmails(magpie, viewer, headers);
  const keyed = headers.filter((header) => header.protected !== null).map((header) => header.id);
  const keys = await keysOfEvents(tx, keyed);
  const annotations = await annotationsOf(assembly, headers, { tellDepth: true });
  const scores = await eventScores(assembly, headers, tags);
  return (family) => {
    const { header } = family;
    const merged = idsOf(family);
    const own: LinkedTag[] = unique(merged.flatMap((id) => tags.get(id) ?? []));
    return {
      ...eventWire(header, emails.get(header.id) ?? null),
      ...sharingGroupPart(groups, header),
      ...extensionParts(options, extensions.get(header.id) ?? []),
      RelatedEvent: relatedWires(family, related, noted),
      ...(options.excludeGalaxy ? {} : { Galaxy: galaxies(own) }),
      ...(withReports ? { EventReport: merged.flatMap((id) => reports.get(id) ?? []) } : {}),
      CryptographicKey: keys.get(header.id) ?? [],
      ...annotations.get(header.uuid),
      ...(scores === null ? {} : { event_scores: scores.get(header.id) ?? [] }),
      ...(own.length > 0 ? { Tag: own.map((tag) => eventTagWire(tag, tag)) } : {}),
    };
  };
}

/** Looks the events' values up in caches, as far as the reader wants that. */
function hitsOf({ tx, options }: Assembly, viewer: Viewer, families: readonly Family[]) {
  if (!options.cacheHits || options.metadata) return null;
  return prepareEventHits(
    tx,
    viewer,
    families.flatMap((family) => family.members),
    options.cacheHits,
  );
}

/** The reports of events with what is noted about them. */
async function reportsOf(assembly: Assembly, ids: readonly number[]): Promise<Map<number, Wire[]>> {
  const reports = await eventReportsWire(assembly.tx, ids, assembly.options);
  const keys = [...reports.values()].flat().map(({ uuid }) => ({ uuid: String(uuid) }));
  const annotations = await annotationsOf(assembly, keys);
  if (annotations.size === 0) return reports;
  const annotated = (report: Wire): Wire => ({ ...report, ...annotations.get(String(report.uuid)) });
  return new Map([...reports].map(([id, list]) => [id, list.map(annotated)]));
}

type Related = ReadonlyMap<number, RelatedEventRow[]>;

/** Ids of the events that correlate at all. */
function correlatingIds(headers: readonly EventHeader[]): number[] {
  return headers.filter((header) => !header.disable_correlation).map((header) => header.id);
}

function relatedOf({ magpie, tx }: Assembly, headers: readonly EventHeader[]): Promise<Related> {
  return findRelatedEvents(tx, correlatingIds(headers), correlationLimits(magpie));
}

function relatedBeside({ magpie }: Assembly, viewer: Viewer, headers: readonly EventHeader[]): Promise<Related> {
  const limits = correlationLimits(magpie);
  return findRelatedEventsBeside(magpie.database, viewer, correlatingIds(headers), limits);
}

/** Related events, each with what is noted about it beside it. */
function relatedWires(family: Family, related: Related, noted: Awaited<ReturnType<typeof annotationsOf>>): Wire[] {
  return unique(idsOf(family).flatMap((id) => related.get(id) ?? [])).map((row) => ({
    ...relatedEventWire(row),
    ...noted.get(row.uuid),
  }));
}

/** The creator's address is for site administrators, and for auditors of the creator organisation. */
async function creatorEmails(
  magpie: Magpie,
  viewer: Viewer,
  headers: readonly EventHeader[],
): Promise<Map<number, string>> {
  const shown = headers.filter(
    (header) =>
      can(viewer, 'perm_site_admin') || (can(viewer, 'perm_audit') && header.orgc_id === viewer.organisationId),
  );
  const emails = new Map<number, string>();
  for (const header of shown) {
    const account = await magpie.accounts.byUserId(header.user_id);
    if (account) emails.set(header.id, account.email);
  }
  return emails;
}

async function* readSmallEvents(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
  parts: (family: Family) => Wire,
): AsyncGenerator<EventJson> {
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

/** Attributes and objects of small events, read together for all that share a `deleted` mode. */
async function readElements(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
): Promise<Map<number, Wire>> {
  const wanted = assembly.options.deleted ?? 'live';
  const byMode = groupBy(families, (family) => modeOf(viewer, family, wanted));
  const elements = new Map<number, Wire>();
  for (const [mode, group] of byMode) await readElementsOf(assembly, group, mode, elements);
  return elements;
}

async function readElementsOf(
  assembly: Assembly,
  families: readonly Family[],
  mode: DeletedMode,
  elements: Map<number, Wire>,
): Promise<void> {
  const { tx, options } = assembly;
  const ids = [...new Set(families.flatMap(idsOf))];
  const attributes = await loadAttributes(tx, ids, 'all', mode, options);
  const outside = attributes.filter((row) => row.object_id === 0);
  const members = attributes.filter((row) => row.object_id !== 0);
  const objects = members.length > 0 ? await loadObjects(tx, ids, mode === 'only' ? 'both' : mode) : [];
  const attributeWires = await assembleAttributes(assembly, outside);
  const objectWires = groupBy(await assembleObjects(assembly, objects, members, mode), (wire) => wire.event_id);
  const byEvent = groupBy(attributeWires, (wire) => wire.event_id);
  const proposals = options.noShadowAttributes ? null : await warnProposals(assembly, await proposalsOfEvents(tx, ids));
  for (const family of families) {
    const merged = idsOf(family).map(String);
    elements.set(family.header.id, {
      Attribute: merged.flatMap((id) => byEvent.get(id) ?? []),
      ...(proposals ? { ShadowAttribute: idsOf(family).flatMap((id) => proposals.get(id) ?? []) } : {}),
      Object: merged.flatMap((id) => objectWires.get(id) ?? []),
    });
  }
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

async function* attributePages(assembly: Assembly, ids: number[], mode: DeletedMode): AsyncGenerator<Wire[]> {
  const { stored } = assembly.options;
  if (stored && mode === 'live') {
    for (let start = 0; start < stored.length; start += PAGE_ATTRIBUTES) {
      const page = stored.slice(start, start + PAGE_ATTRIBUTES);
      yield await assembleAttributes(
        assembly,
        page.filter((row) => !row.deleted),
      );
    }
    return;
  }
  const load = (afterId: number) => {
    const window = { afterId, limit: PAGE_ATTRIBUTES };
    return loadAttributes(assembly.tx, ids, 'outside-objects', mode, assembly.options, window);
  };
  let rows = await load(0);
  while (rows.length > 0) {
    // The next page is on its way while this one becomes JSON.
    const next = rows.length < PAGE_ATTRIBUTES ? Promise.resolve([]) : load(rows.at(-1)?.id ?? 0);
    next.catch(() => {});
    yield await assembleAttributes(assembly, rows);
    rows = await next;
  }
}

async function* objectPages(assembly: Assembly, ids: number[], mode: DeletedMode): AsyncGenerator<Wire[]> {
  let afterId = 0;
  for (;;) {
    const window = { afterId, limit: PAGE_OBJECTS };
    const rows = await loadObjects(assembly.tx, ids, mode === 'only' ? 'both' : mode, window);
    const objectIds = rows.map((row) => row.id);
    const members = await loadAttributes(assembly.tx, ids, { objectIds }, mode, assembly.options);
    yield await assembleObjects(assembly, rows, members, mode);
    if (rows.length < PAGE_OBJECTS) return;
    afterId = rows.at(-1)?.id ?? afterId;
  }
}
