import { type Json, objects } from '../../stix2/json.ts';
import { append } from '../../stix2/read/reading.ts';
import { uuid5In } from '../ids.ts';
import { type Stix1Reading, timestampOf } from './stix1-reading.ts';
import { itemsOf, jsonAt, objectsOf, plainText, textAt } from './tree.ts';

/** Namespace of the uuids of sightings, which have no ids in STIX 1. */
const NAMESPACE = '76beed5f-7251-457e-8c2a-b45f7b589d3d';

/** The sightings of an indicator (STIX 1.2, indicator:SightingsType), as XML and as python-stix's JSON have them. */
function sightingsIn(indicator: Json): Json[] {
  return objectsOf(indicator, 'sightings').flatMap((holder) => [
    ...objectsOf(holder, 'sighting'),
    ...objectsOf(holder, 'sightings'),
  ]);
}

/** Who has seen it: the name of an identity, else a description or a reference. */
function sourceOf(sighting: Json): string {
  const said = [
    textAt(sighting, 'source', 'identity', 'name'),
    textAt(sighting, 'source', 'description'),
    ...itemsOf(sighting, 'description').map(plainText),
    plainText(sighting.reference),
  ];
  return said.find((text) => text !== '') ?? '';
}

/** A sighting in MISP's JSON, and what it tells to have been observed. */
export interface ReadSighting {
  /** Without a uuid of its own: one sighting may be put on several attributes. */
  readonly sighting: Json;
  readonly observables: readonly Json[];
}

/** The sightings that an indicator tells of. A bare number of them has no place in MISP, and is told. */
export function sightingsOf(reading: Stix1Reading, indicator: Json): ReadSighting[] {
  const sightings = sightingsIn(indicator);
  const missing = (Number(textAt(indicator, 'sightings', 'sightings_count')) || 0) - sightings.length;
  if (missing > 0) {
    reading.skip(plainText(indicator.id), `It tells of ${missing} sightings without saying anything of each.`);
  }
  return sightings.map((one) => {
    const date = timestampOf(one) ?? timestampOf(indicator);
    const related = [
      ...objectsOf(one, 'related_observables', 'observables', 'related_observable'),
      ...objectsOf(one, 'related_observable'),
    ];
    return {
      sighting: { type: '0', source: sourceOf(one), ...(date === null ? {} : { date_sighting: date }) },
      observables: related.map((holder) => jsonAt(holder, 'observable')),
    };
  });
}

/** Puts a sighting on an attribute, on that of an object on its first one; `key` names it within the document. */
export function putSighting(element: Json, sighting: Json, key: string): void {
  const [target = element] = objects(element, 'Attribute');
  append(target, 'Sighting', { uuid: uuid5In(NAMESPACE, key), ...sighting });
}
