import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { can } from '../../../access/viewer.ts';
import { isObject, type JsonObject, readBoolean, readElements } from '../../../http/lenient.ts';
import { captureClusters } from '../../knowledge/galaxies/capture-clusters.ts';
import { captureProposals, type ProposalDraft } from '../proposals/capture.ts';
import { captureSightings } from '../sightings/exchange.ts';
import { readType } from '../sightings/sighting-input.ts';
import type { WriteContext } from './write-context.ts';

/** What others added to an event and its attributes, as an event body brings it along. */
export interface NestedCollaboration {
  proposals: ProposalDraft[];
  sightings: JsonObject[];
}

/**
 * Takes proposals and sightings out of an event body: those of the event and those nested in its attributes.
 * Attributes that carry some and have no uuid get one here, in the body, so that both are stored under the same.
 */
export function takeCollaboration(body: JsonObject): NestedCollaboration {
  const taken: NestedCollaboration = {
    proposals: drafts(body, null, ''),
    sightings: elementsOf(body.Sighting).map((sighting) => openWrapper(sighting, 'Sighting')),
  };
  for (const [index, attribute] of elementsOf(body.Attribute).entries()) {
    takeOfAttribute(attribute, `Attribute[${index}].`, taken);
  }
  for (const [place, object] of elementsOf(body.Object).entries()) {
    for (const [index, attribute] of elementsOf(object.Attribute).entries()) {
      takeOfAttribute(attribute, `Object[${place}].Attribute[${index}].`, taken);
    }
  }
  return taken;
}

function takeOfAttribute(attribute: JsonObject, path: string, taken: NestedCollaboration): void {
  const sightings = elementsOf(attribute.Sighting);
  if (sightings.length === 0 && elementsOf(attribute.ShadowAttribute).length === 0) return;
  const uuid = readUuid(attribute.uuid) ?? randomUUID();
  if (readUuid(attribute.uuid) === null) attribute.uuid = uuid;
  taken.proposals.push(...drafts(attribute, uuid, path));
  taken.sightings.push(
    ...sightings.map((sighting) => ({ ...openWrapper(sighting, 'Sighting'), attribute_uuid: uuid })),
  );
}

function drafts(element: JsonObject, attributeUuid: string | null, path: string): ProposalDraft[] {
  return elementsOf(element.ShadowAttribute).map((proposal, index) => ({
    body: openWrapper(proposal, 'ShadowAttribute'),
    attributeUuid,
    path: `${path}ShadowAttribute[${index}]`,
  }));
}

/** Stores what was taken out of a body once the attributes are stored. Sightings need the right to sight. */
export async function captureCollaboration(context: WriteContext, taken: NestedCollaboration): Promise<void> {
  await captureProposals(context, taken.proposals);
  if (taken.sightings.length === 0) return;
  if (!can(context.viewer, 'perm_sighting') && !can(context.viewer, 'perm_sync')) {
    context.rejected.push({ path: 'Sighting', reason: 'No permission to add sightings.' });
    return;
  }
  const untyped = taken.sightings.filter(({ type }) => readType(type) === null).length;
  if (untyped > 0) {
    context.rejected.push({ path: 'Sighting', reason: `${untyped} of the sightings are of no known type.` });
  }
  await captureSightings(context.tx, context.viewer, context.event.id, taken.sightings, context.now);
}

/**
 * Stores the custom clusters inside the `Galaxy` lists of an event body and its attributes. Only synchronisation
 * accounts that may edit galaxies bring some; for others the lists are what they are in MISP, a projection of tags.
 */
export async function captureNestedClusters(context: WriteContext, body: JsonObject): Promise<void> {
  if (!can(context.viewer, 'perm_sync') || !can(context.viewer, 'perm_galaxy_editor')) return;
  const holders = [
    body,
    ...elementsOf(body.Attribute),
    ...elementsOf(body.Object).flatMap((o) => elementsOf(o.Attribute)),
  ];
  const clusters = new Map<unknown, JsonObject>();
  for (const { GalaxyCluster, ...galaxy } of holders.flatMap((holder) => elementsOf(holder.Galaxy))) {
    for (const cluster of elementsOf(GalaxyCluster)) {
      // Versions of MISP that know custom clusters mark them; in older files all are those of the public libraries.
      if (readBoolean(cluster.default) === false) clusters.set(cluster.uuid, clusterBody(cluster, galaxy));
    }
  }
  if (clusters.size === 0) return;
  const counts = await captureClusters(context, [...clusters.values()], { locked: true });
  if (counts.failed > 0) {
    context.rejected.push({ path: 'Galaxy', reason: `${counts.failed} galaxy clusters could not be stored.` });
  }
}

/** A cluster as exchanges of clusters have it: inside events `meta` stands in place of its elements. */
function clusterBody(cluster: JsonObject, galaxy: JsonObject): JsonObject {
  const { meta, ...body } = cluster;
  const elements = isObject(meta) ? Object.entries(meta).map(([key, value]) => ({ key, value })) : [];
  return { GalaxyElement: elements, ...body, Galaxy: galaxy };
}

function openWrapper(element: JsonObject, wrapper: string): JsonObject {
  const inner = element[wrapper];
  return isObject(inner) ? inner : element;
}

function elementsOf(value: unknown): JsonObject[] {
  return readElements(value).filter(isObject);
}
