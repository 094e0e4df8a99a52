import { isStix1 } from '@magpie/formats';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import { readJsonBody } from '../../../http/body.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { attributesWithin, attributesWithValue } from '../../search/rest-search/attribute-selection.ts';
import { anyOf, type Bind } from '../../search/rest-search/sql-text.ts';
import { isXml } from '../../search/stix-import/stix1-document.ts';
import { isSightingBlocked } from '../../sharing/blocklists/service.ts';
import { insertSightings, type SightingRow } from './queries.ts';
import { NO_MATCH, NO_TARGET, readSighting, type SightingTarget } from './sighting-input.ts';
import { readStixSightings, type StixSighting } from './stix.ts';
import { readStix1Sightings } from './stix1.ts';

const BLOCKED = 'Sightings of this organisation are blocked by the sighting blocklist.';

/** Sightings of one document. */
const MOST = 1000;

/** The last sighting that was stored, or why none was. */
export type AddedSighting = { sighting: SightingRow } | { reason: string };

/**
 * Adds a sighting to every visible attribute that the body means (by id, uuid, values or filters). Event and attribute
 * stay as they are. What is wrong is told, never thrown, since MISP answers it with 200; broken filters are a
 * `BadRequest`.
 */
export async function addSighting(
  magpie: Magpie,
  viewer: Viewer,
  attributeKey: string | undefined,
  body: JsonObject,
): Promise<AddedSighting> {
  const input = readSighting(body, attributeKey, magpie.now());
  if ('reason' in input) return input;
  if (await isSightingBlocked(magpie, viewer.organisationUuid)) return { reason: BLOCKED };
  return magpie.database.as(viewer, async (tx) => {
    const condition = await conditionOf(magpie, tx, input.target);
    if (condition === null) return { reason: NO_TARGET };
    const sighting = await insertSightings(tx, viewer, input.sighting, condition);
    return sighting === null ? { reason: NO_MATCH } : { sighting };
  });
}

async function conditionOf(
  magpie: Magpie,
  tx: Transaction,
  { id, uuid, values, filters }: SightingTarget,
): Promise<((bind: Bind) => string) | null> {
  const within = filters === null ? null : await attributesWithin(tx, filters, magpie.now());
  // Filters that narrow nothing must not mean every attribute there is.
  if (id === null && uuid === null && values.length === 0 && within === null) return null;
  return (bind) =>
    [
      ...(id === null ? [] : [`a.id = ${bind(id, 'bigint')}`]),
      ...(uuid === null ? [] : [`a.uuid = ${bind(uuid, 'uuid')}`]),
      ...(values.length === 0 ? [] : [attributesWithValue(values, bind)]),
      ...(within === null ? [] : [within(bind)]),
    ].join(' and ');
}

/**
 * Adds the sightings of a STIX document of any version, XML or JSON, each to the visible attributes that it names by uuid
 * or value. What is wrong is told, never thrown, but for JSON that is none.
 */
export async function addStixSightings(magpie: Magpie, viewer: Viewer, bytes: Buffer): Promise<AddedSighting> {
  const sightings = await readSightings(magpie, viewer, bytes);
  if ('reason' in sightings) return sightings;
  if (await isSightingBlocked(magpie, viewer.organisationUuid)) return { reason: BLOCKED };
  return magpie.database.as(viewer, async (tx) => {
    let last: SightingRow | null = null;
    // One statement a sighting: each has its own date and source, and a document has few.
    for (const { sighting, uuids, values } of sightings) {
      if (uuids.length === 0 && values.length === 0) continue;
      const stored = await insertSightings(tx, viewer, sighting, (bind) =>
        anyOf([
          `a.uuid = any (${bind(uuids, 'uuid[]')})`,
          ...(values.length === 0 ? [] : [attributesWithValue(values, bind)]),
        ]),
      );
      last = stored ?? last;
    }
    return last === null ? { reason: NO_MATCH } : { sighting: last };
  });
}

/** The sightings of a document, or why there are none. */
async function readSightings(
  magpie: Magpie,
  viewer: Viewer,
  bytes: Buffer,
): Promise<readonly StixSighting[] | { reason: string }> {
  const isMarkup = isXml(bytes);
  const document = isMarkup ? null : readJsonBody(bytes);
  try {
    const sightings =
      isMarkup || isStix1(document)
        ? await readStix1Sightings(magpie, viewer, { bytes, isXml: isMarkup })
        : readStixSightings(document, magpie.now());
    if (sightings.length === 0) return { reason: 'No STIX sightings found in the document.' };
    if (sightings.length > MOST) return { reason: `A document may have ${MOST} sightings at most.` };
    return sightings;
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { reason: String(error.fields) };
  }
}
