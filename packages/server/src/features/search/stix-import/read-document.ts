import {
  clusterNames,
  isStix1,
  isStix2,
  type NotTaken,
  objectNames,
  readStix1,
  readStix2,
  StixRefused,
  stix1ClusterNames,
  stix1ObjectNames,
  type TemplateFacts,
} from '@magpie/formats';
import { typeFacts } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { clusterTagsByName } from '../../knowledge/galaxies/service.ts';
import { relationsOfTemplates } from '../../knowledge/object-templates/service.ts';

/** MISP's words for a document that cannot be read. */
const UNREADABLE =
  'Could not process the STIX document. It is not valid, or its version is not the one that was named; check whether the dependencies for STIX are met via the diagnostic tool.';

/** What a STIX document of either version became. */
export interface ReadDocument {
  /** In MISP's JSON, as `events/add` takes it. */
  readonly event: JsonObject;
  readonly version: string;
  /** Every element that has no place in the event, with the reason. */
  readonly notTaken: readonly NotTaken[];
}

/** Whether a parsed document claims to be STIX, of either version. */
export function isStix(document: unknown): boolean {
  return isStix2(document) || isStix1(document);
}

/**
 * Reads a STIX 2 document, or a parsed one of STIX 1, as a MISP event, with the clusters and templates that the viewer knows. Throws `Invalid` where
 * it is none; what of it has no place in MISP is told in `notTaken`.
 */
export async function readStixDocument(
  magpie: Magpie,
  viewer: Viewer,
  document: unknown,
  options: { galaxiesAsTags: boolean },
): Promise<ReadDocument> {
  const isFirst = isStix1(document);
  try {
    const { clusters, templates } = await magpie.database.as(viewer, async (tx) => ({
      clusters: await clusterTagsByName(tx, isFirst ? stix1ClusterNames(document) : clusterNames(document)),
      templates: await relationsOfTemplates(tx, isFirst ? stix1ObjectNames(document) : objectNames(document)),
    }));
    const byName = new Map(
      templates.map(({ name, version, ...facts }): [string, TemplateFacts] => [
        name,
        { ...facts, version: String(version) },
      ]),
    );
    const read = isFirst ? readStix1 : readStix2;
    return read(document, {
      galaxiesAsTags: options.galaxiesAsTags,
      organisationUuid: viewer.organisationUuid,
      templates: (name) => byName.get(name),
      knownClusters: clusters,
      categoryOf: (type) => typeFacts(type)?.defaultCategory ?? null,
      today: new Date(magpie.now() * 1000).toISOString().slice(0, 10),
    });
  } catch (error) {
    if (!(error instanceof StixRefused)) throw error;
    throw new Invalid('', `${error.message} ${UNREADABLE}`);
  }
}

/** What a bundle had and its event has not, in the form of what an event's storing refuses. */
export function rejectionsOf({ notTaken }: ReadDocument): { path: string; reason: string }[] {
  return notTaken.map(({ id, reason }) => ({ path: id, reason }));
}
