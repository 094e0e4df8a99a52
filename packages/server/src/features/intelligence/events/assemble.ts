import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { galaxiesOfTags } from '../../knowledge/galaxies/service.ts';
import { eventTagWire } from '../../knowledge/tags/wire.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import { granularParts } from '../../search/correlations/related-attributes.ts';
import { relatedTagParts } from '../../search/correlations/related-tags.ts';
import type { EventHits } from '../../sharing/caches/event-hits.ts';
import { sharingGroupsWire } from '../../sharing/sharing-groups/service.ts';
import { type AnalystLists, nestedAnalystData } from '../analyst-data/nested.ts';
import { isFileType } from '../attachments/prepare.ts';
import { attributeWire } from '../attributes/wire.ts';
import { nestedReferenceWire, objectWire } from '../objects/wire.ts';
import { proposalsOfAttributes } from '../proposals/service.ts';
import { sightingsOfAttributes } from '../sightings/service.ts';
import { attributeNotes, warnProposals } from './attribute-notes.ts';
import { EVERYTHING, type Holdings, type LinkedTag, loadAttributeTags, loadFiles, loadReferences } from './load.ts';
import type { DeletedMode, ReadEventOptions } from './read-options.ts';
import type { AttributeRow, ObjectRow } from './rows.ts';

/** What the assembly of elements needs. */
export interface Assembly {
  magpie: Magpie;
  tx: Transaction;
  options: ReadEventOptions;
  /** Where it is known what the events have, nobody looks for the rest. */
  holdings?: Holdings;
  /** Looks values up in caches, where the reader wants that and there is one. */
  hits?: EventHits | null;
}

type Wire = Record<string, unknown>;

/** Full JSON of attributes, in the order given: with tags, galaxies, sharing groups, proposals, sightings, files, warnings. */
export async function assembleAttributes(assembly: Assembly, rows: readonly AttributeRow[]): Promise<Wire[]> {
  if (rows.length === 0) return [];
  const { tx, options, magpie } = assembly;
  const ids = rows.map((row) => row.id);
  const holdings = assembly.holdings ?? EVERYTHING;
  const links = holdings.tags ? await loadAttributeTags(tx, ids, options) : [];
  const tags = groupBy(links, (tag) => tag.attribute_id);
  const groups = await sharingGroupsOf(assembly, rows);
  const galaxies = await tagGalaxies(assembly, links, 'attribute');
  const proposals =
    options.noShadowAttributes || !holdings.proposals
      ? NONE
      : await warnProposals(assembly, await proposalsOfAttributes(tx, ids));
  const sightings = holdings.sightings ? await loadSightings(assembly, ids) : NONE;
  const annotations = await annotationsOf(assembly, rows);
  const files = options.attachments ? await loadFileTexts(magpie, tx, rows) : new Map<number, string>();
  const notesOf = await attributeNotes(assembly, rows, tags);
  const hits = await assembly.hits?.ofAttributes(tx, rows);
  const granular = options.granularCorrelations ? await granularParts(tx, ids, correlationLimits(magpie)) : NO_PARTS;
  const relatedTags = options.relatedTags ? await relatedTagParts(tx, ids, correlationLimits(magpie)) : NO_PARTS;
  return rows.flatMap((row) => {
    const notes = notesOf(row);
    if (notes === null) return [];
    const own = tags.get(row.id);
    const data = files.get(row.id);
    return {
      ...attributeWire(row),
      ...(data === undefined ? {} : { data }),
      ...notes,
      ...hits?.get(row.id),
      ...granular.get(row.id),
      ...relatedTags.get(row.id),
      Galaxy: own ? galaxies(own) : [],
      ...annotations.get(row.uuid),
      ...sharingGroupPart(groups, row),
      ...(options.noShadowAttributes ? {} : { ShadowAttribute: proposals.get(row.id) ?? [] }),
      ...(own ? { Tag: own.map((tag) => eventTagWire(tag, tag)) } : {}),
      ...(sightings.has(row.id) ? { Sighting: sightings.get(row.id) } : {}),
    };
  });
}

/** Full JSON of objects with the given members; objects without any attribute are left out, as in MISP. */
export async function assembleObjects(
  assembly: Assembly,
  rows: readonly ObjectRow[],
  members: readonly AttributeRow[],
  deleted: DeletedMode,
): Promise<Wire[]> {
  const byObject = new Map<number, Wire[]>();
  for (const wire of await assembleAttributes(assembly, members)) {
    const objectId = Number(wire.object_id);
    const list = byObject.get(objectId);
    if (list) list.push(wire);
    else byObject.set(objectId, [wire]);
  }
  const kept = rows.filter((row) => byObject.has(row.id));
  const { references, attributes, objects } = await loadReferences(
    assembly.tx,
    kept.map((row) => row.id),
    deleted,
  );
  const referencesOf = groupBy(references, (reference) => reference.object_id);
  const groups = await sharingGroupsOf(assembly, kept);
  const annotations = await annotationsOf(assembly, kept);
  return kept.map((row) => ({
    ...objectWire(row),
    ...sharingGroupPart(groups, row),
    ObjectReference: (referencesOf.get(row.id) ?? []).map((reference) =>
      nestedReferenceWire(reference, {
        attribute: attributes.get(reference.referenced_uuid),
        object: objects.get(reference.referenced_uuid),
      }),
    ),
    Attribute: byObject.get(row.id) ?? [],
    ...annotations.get(row.uuid),
  }));
}

/** Notes, opinions and relationships about elements, by uuid; nothing where the view leaves them out. */
export async function annotationsOf(
  { magpie, tx, options, holdings }: Assembly,
  rows: readonly { uuid: string }[],
  switches: { tellDepth?: boolean } = {},
): Promise<Map<string, AnalystLists>> {
  if (!options.analystData || holdings?.analystData === false) return new Map();
  return nestedAnalystData(
    magpie,
    tx,
    rows.map((row) => row.uuid),
    switches,
  );
}

/** `SharingGroup` blocks of the rows under distribution 4 that the viewer sees; none where only ids are wanted. */
export async function sharingGroupsOf(
  { magpie, tx, options }: Assembly,
  rows: readonly { distribution: number; sharing_group_id: number }[],
): Promise<Map<number, Wire>> {
  const ids = new Set(rows.filter((row) => row.distribution === 4).map((row) => row.sharing_group_id));
  if (ids.size === 0 || options.sharingGroupReferenceOnly) return new Map();
  return sharingGroupsWire(magpie, tx, [...ids]);
}

/** The part of an element's JSON that names its sharing group. */
export function sharingGroupPart(
  groups: ReadonlyMap<number, Wire>,
  row: { distribution: number; sharing_group_id: number },
): Wire {
  const group = row.distribution === 4 ? groups.get(row.sharing_group_id) : undefined;
  return group ? { SharingGroup: group } : {};
}

/**
 * Prepares the `Galaxy` projection of tags: one look-up for all of them, then per element the galaxies with the
 * clusters that its tags name. A cluster that the viewer may not see yields nothing.
 */
export async function tagGalaxies(
  { tx, options }: Assembly,
  tags: readonly LinkedTag[],
  target: 'event' | 'attribute',
): Promise<(own: readonly LinkedTag[]) => Wire[]> {
  const names = new Set(tags.filter((tag) => tag.is_galaxy).map((tag) => tag.name));
  if (options.excludeGalaxy || names.size === 0) return () => [];
  const known = await galaxiesOfTags(tx, [...names]);
  return (own) => {
    const galaxies = new Map<unknown, Wire & { GalaxyCluster: Wire[] }>();
    for (const tag of own) {
      const found = known.get(tag.name);
      if (!found) continue;
      const galaxy = galaxies.get(found.galaxy.id) ?? { ...found.galaxy, GalaxyCluster: [] };
      galaxy.GalaxyCluster.push({
        ...found.cluster,
        tag_id: tag.id,
        [`${target}_tag_id`]: String(tag.link_id),
        local: tag.local,
        relationship_type: tag.relationship_type === '' ? false : tag.relationship_type,
      });
      galaxies.set(found.galaxy.id, galaxy);
    }
    return [...galaxies.values()];
  };
}

const NONE: ReadonlyMap<number, Wire[]> = new Map();
const NO_PARTS: ReadonlyMap<number, Wire> = new Map();

/** Sightings of attributes, unless the instance or the reader leaves them out. */
async function loadSightings(
  { magpie, tx, options }: Assembly,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Wire[]>> {
  const isOff = options.noSightings || magpie.settings.get('MISP.disable_sighting_loading');
  return isOff || tx.viewer === null ? NONE : sightingsOfAttributes(magpie, tx, tx.viewer, ids);
}

async function loadFileTexts(
  magpie: Magpie,
  tx: Transaction,
  rows: readonly AttributeRow[],
): Promise<Map<number, string>> {
  const ids = rows.filter((row) => isFileType(row.type)).map((row) => row.id);
  if (ids.length === 0) return new Map();
  const texts = new Map<number, string>();
  for (const [id, sha256] of await loadFiles(tx, ids)) {
    texts.set(id, (await magpie.attachments.get(sha256)).toString('base64'));
  }
  return texts;
}

/** Lists by key, in the order given. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = groups.get(key);
    if (list) list.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
