import type { StixDocument } from '@magpie/formats/readers';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Invalid } from '../../../errors.ts';
import { clusterTagsByName } from '../../knowledge/galaxies/service.ts';
import { relationsOfTemplates } from '../../knowledge/object-templates/service.ts';
import { readFileApart, type StixLookUp } from '../imports/read-apart.ts';

/** MISP's words for a document that cannot be read. */
const UNREADABLE =
  'Could not process the STIX document. It is not valid, or its version is not the one that was named; check whether the dependencies for STIX are met via the diagnostic tool.';

/** Looks up the clusters and templates that a viewer knows, for reading STIX. */
export function stixLookUp(magpie: Magpie, viewer: Viewer, options: { galaxiesAsTags: boolean }): StixLookUp {
  return ({ clusters: clusterNames, templates: templateNames }) =>
    magpie.database.as(viewer, async (tx) => {
      const clusters = await clusterTagsByName(tx, clusterNames);
      const templates = await relationsOfTemplates(tx, templateNames);
      return {
        clusters,
        templates: new Map(
          templates.map(({ name, version, ...facts }) => [name, { ...facts, version: String(version) }]),
        ),
        organisationUuid: viewer.organisationUuid,
        today: new Date(magpie.now() * 1000).toISOString().slice(0, 10),
        galaxiesAsTags: options.galaxiesAsTags,
      };
    });
}

/**
 * Reads a STIX document, XML or JSON, as a MISP event, in a thread of its own. Throws `Invalid` where it is none; what of
 * it has no place in MISP is told in `notTaken`.
 */
export async function readStixDocument(
  magpie: Magpie,
  viewer: Viewer,
  document: { bytes: Uint8Array; isXml: boolean },
  options: { galaxiesAsTags: boolean },
): Promise<StixDocument> {
  const { bytes, isXml } = document;
  const notTaken: { path: string; reason: string }[] = [];
  let event: StixDocument['event'] | null = null;
  let version = '';
  try {
    const format = isXml ? 'stix1' : 'stix2';
    const lookUp = stixLookUp(magpie, viewer, options);
    for await (const part of readFileApart({ fileName: 'document', bytes }, { format }, lookUp)) {
      if (part.kind === 'stix version') version = part.version;
      else if (part.kind === 'not taken') notTaken.push({ path: part.path, reason: part.reason });
      else if (part.kind === 'event') event = part.event;
    }
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    throw new Invalid('', `${error.message} ${UNREADABLE}`);
  }
  if (event === null) throw new Invalid('', UNREADABLE);
  return { event, version, notTaken };
}
