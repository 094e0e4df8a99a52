import { splitComposite } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { type JsonObject, readObjects } from '../../../http/lenient.ts';
import { inReadingTurn } from '../../search/imports/reading-turns.ts';
import { readStixDocument } from '../../search/stix-import/read-document.ts';
import { readDate, readSource } from './sighting-input.ts';
import type { StixSighting } from './stix.ts';

/**
 * The sightings that a STIX 1 document, XML or JSON, tells of its indicators: each of what the indicator, or the sighting
 * itself, observed, by uuid and by values. Throws `Invalid` where it cannot be read.
 */
export async function readStix1Sightings(
  magpie: Magpie,
  viewer: Viewer,
  document: { bytes: Uint8Array; isXml: boolean },
): Promise<StixSighting[]> {
  const { event } = await inReadingTurn(viewer, () =>
    readStixDocument(magpie, viewer, document, { galaxiesAsTags: true }),
  );
  const alone = readObjects(event.Attribute).map((attribute) => [attribute]);
  const together = readObjects(event.Object).map((object) => readObjects(object.Attribute));
  return [...alone, ...together].flatMap((attributes) => sightingsOf(attributes, magpie.now()));
}

/** The sightings of attributes that were observed together: whichever of them holds it, all were seen. */
function sightingsOf(attributes: readonly JsonObject[], now: number): StixSighting[] {
  const uuids = attributes.flatMap(({ uuid }) => (typeof uuid === 'string' ? [uuid] : []));
  const values = attributes.flatMap(({ type, value }) => {
    const { value1, value2 } = splitComposite(String(type), String(value));
    return [value1, value2].filter((half) => half !== '');
  });
  return attributes
    .flatMap((attribute) => readObjects(attribute.Sighting))
    .map((told) => ({
      sighting: { type: 0, source: readSource(told.source), dateSighting: readDate(told, now) },
      uuids,
      values,
    }));
}
