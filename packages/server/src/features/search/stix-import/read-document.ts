import {
  clusterNames,
  objectNames,
  readStix2,
  type StixReading,
  StixRefused,
  type TemplateFacts,
} from '@magpie/formats';
import { typeFacts } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { clusterTagsByName } from '../../knowledge/galaxies/service.ts';
import { relationsOfTemplates } from '../../knowledge/object-templates/service.ts';

/** MISP's words for a document that cannot be read. */
const UNREADABLE =
  'Could not process the STIX document. It is not valid, or its version is not the one that was named; check whether the dependencies for STIX are met via the diagnostic tool.';

/**
 * Reads a STIX 2 document as a MISP event, with the clusters and templates that the viewer knows. Throws `Invalid` where
 * it is none; what of it has no place in MISP is told in `notTaken`.
 */
export async function readStixDocument(
  magpie: Magpie,
  viewer: Viewer,
  document: unknown,
  options: { galaxiesAsTags: boolean },
): Promise<StixReading> {
  try {
    const { clusters, templates } = await magpie.database.as(viewer, async (tx) => ({
      clusters: await clusterTagsByName(tx, clusterNames(document)),
      templates: await relationsOfTemplates(tx, objectNames(document)),
    }));
    const byName = new Map(
      templates.map(({ name, version, ...facts }): [string, TemplateFacts] => [
        name,
        { ...facts, version: String(version) },
      ]),
    );
    return readStix2(document, {
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
export function rejectionsOf({ notTaken }: StixReading): { path: string; reason: string }[] {
  return notTaken.map(({ id, reason }) => ({ path: id, reason }));
}
