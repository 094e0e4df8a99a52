import type { Viewer } from '../../../access/viewer.ts';
import { proposalsOfEvents } from '../proposals/service.ts';
import { type Assembly, assembleAttributes, assembleObjects, groupBy } from './assemble.ts';
import { warnProposals } from './attribute-notes.ts';
import { type Family, idsOf, modeOf } from './family.ts';
import { loadAttributes, loadHoldings, loadObjects } from './load.ts';
import type { DeletedMode } from './read-options.ts';

type Wire = Record<string, unknown>;

/** Events with more attributes than this are read in pages; smaller ones many at a time. */
export const PAGE_ATTRIBUTES = 2500;
const PAGE_OBJECTS = 500;

/** What stands in an event beside its header. */
export type EventElements = Wire & { readonly Attribute: Wire[]; readonly Object: Wire[] };

/** Attributes and objects of small events, read together for all that share a `deleted` mode. */
export async function readElements(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
): Promise<Map<number, EventElements>> {
  const wanted = assembly.options.deleted ?? 'live';
  const byMode = groupBy(families, (family) => modeOf(viewer, family, wanted));
  const elements = new Map<number, EventElements>();
  for (const [mode, group] of byMode) await readElementsOf(assembly, group, mode, elements);
  return elements;
}

async function readElementsOf(
  uninformed: Assembly,
  families: readonly Family[],
  mode: DeletedMode,
  elements: Map<number, EventElements>,
): Promise<void> {
  const { tx, options } = uninformed;
  const ids = [...new Set(families.flatMap(idsOf))];
  const holdings = uninformed.holdings ?? (await loadHoldings(tx, ids));
  const assembly = { ...uninformed, holdings };
  const attributes = await loadAttributes(tx, ids, 'all', mode, options);
  const outside = attributes.filter((row) => row.object_id === 0);
  const members = attributes.filter((row) => row.object_id !== 0);
  const objects = members.length > 0 ? await loadObjects(tx, ids, mode === 'only' ? 'both' : mode) : [];
  const attributeWires = await assembleAttributes(assembly, outside);
  const objectWires = groupBy(await assembleObjects(assembly, objects, members, mode), (wire) => wire.event_id);
  const byEvent = groupBy(attributeWires, (wire) => wire.event_id);
  const proposals = options.noShadowAttributes ? null : await openProposals(assembly, ids);
  for (const family of families) {
    const merged = idsOf(family).map(String);
    elements.set(family.header.id, {
      Attribute: merged.flatMap((id) => byEvent.get(id) ?? []),
      ...(proposals ? { ShadowAttribute: idsOf(family).flatMap((id) => proposals.get(id) ?? []) } : {}),
      Object: merged.flatMap((id) => objectWires.get(id) ?? []),
    });
  }
}

/** Open proposals of new attributes by event. */
async function openProposals(assembly: Assembly, ids: readonly number[]): Promise<ReadonlyMap<number, Wire[]>> {
  if (assembly.holdings?.eventProposals === false) return new Map();
  return warnProposals(assembly, await proposalsOfEvents(assembly.tx, ids));
}

/** The attributes of a large event outside objects, page by page. */
export async function* attributePages(assembly: Assembly, ids: number[], mode: DeletedMode): AsyncGenerator<Wire[]> {
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
    // Awaited below; a failure meanwhile is not unhandled.
    next.catch(() => {});
    yield await assembleAttributes(assembly, rows);
    rows = await next;
  }
}

/** The objects of a large event, page by page. */
export async function* objectPages(assembly: Assembly, ids: number[], mode: DeletedMode): AsyncGenerator<Wire[]> {
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
