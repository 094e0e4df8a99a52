import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isFileType } from '../../intelligence/attachments/prepare.ts';
import { tagGalaxies } from '../../intelligence/events/assemble.ts';
import { loadAttributeTags } from '../../intelligence/events/load.ts';
import { proposalsOfFound } from '../../intelligence/proposals/service.ts';
import { sightingsOfAttributes } from '../../intelligence/sightings/service.ts';
import { type DecayWanted, readDecayWanted } from '../../knowledge/decaying/scoring.ts';
import { correlationLimits } from '../correlations/limits.ts';
import { findRelatedAttributes, relatedAttributeWire } from '../correlations/related-attributes.ts';
import { at } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';
import type { SearchParameters } from './parameters.ts';
import { prepareRowNotes } from './row-notes.ts';

/** Members of found attributes that need look-ups of their own. */
export interface ExtrasWanted {
  readonly attachments: boolean;
  readonly correlations: boolean;
  readonly sightings: boolean;
  readonly proposals: boolean;
  readonly warnings: boolean;
  /** Leave out what a warninglist knows. */
  readonly unlisted: boolean;
  readonly decay: DecayWanted | null;
  /** Galaxies with the clusters that the attribute's own tags name. */
  readonly galaxies: boolean;
}

/** Reads which are asked for. */
export function readExtrasWanted(parameters: SearchParameters): ExtrasWanted {
  return {
    attachments: parameters.flag('withAttachments'),
    correlations: parameters.flag('includeCorrelations'),
    sightings: parameters.flag('includeSightings'),
    proposals: parameters.flag('includeProposals'),
    warnings: parameters.flag('includeWarninglistHits'),
    unlisted: parameters.flag('enforceWarninglist'),
    decay: readDecayWanted(parameters.get),
    galaxies: parameters.flag('includeGalaxy'),
  };
}

/** True when rows are left out, so that a page is only known once its rows were read. */
export function leavesOut({ unlisted, decay }: ExtrasWanted): boolean {
  return unlisted || decay?.excludeDecayed === true;
}

/** The further members of one row, as `,"key":…`; null where the row is to be left out. */
export type MembersOf = (row: TextRow) => string | null | Promise<string | null>;

/**
 * Prepares the extras of rows batch by batch: one statement a kind and batch, files one by one as they are written.
 * Null when nothing is asked for.
 */
export function createAttributeExtras(
  magpie: Magpie,
  tx: Transaction,
  wanted: ExtrasWanted,
): ((rows: readonly TextRow[]) => Promise<MembersOf>) | null {
  if (!Object.values(wanted).some((value) => value)) return null;
  const rowNotes = prepareRowNotes(magpie, tx, wanted);
  return async (rows) => {
    const ids = rows.map((row) => Number(row[at.id]));
    const related = wanted.correlations ? await findRelatedAttributes(tx, ids, correlationLimits(magpie)) : null;
    const sightings =
      wanted.sightings && tx.viewer !== null ? await sightingsOfAttributes(magpie, tx, tx.viewer, ids) : null;
    const proposals = wanted.proposals ? await proposalsOfFound(tx, ids) : null;
    const files = wanted.attachments ? await findFiles(tx, rows) : null;
    const galaxies = wanted.galaxies ? await findGalaxies(magpie, tx, ids) : null;
    const notesOf = await rowNotes(rows);
    return async (row) => {
      const notes = notesOf(row);
      if (notes === null) return null;
      const id = Number(row[at.id]);
      const sha256 = files?.get(id);
      const data = sha256 ? `,"data":"${(await magpie.attachments.get(sha256)).toString('base64')}"` : '';
      return [
        data,
        notes,
        wanted.sightings ? `,"Sighting":${JSON.stringify(sightings?.get(id) ?? [])}` : '',
        wanted.proposals ? `,"ShadowAttribute":${JSON.stringify(proposals?.get(id) ?? [])}` : '',
        galaxies === null ? '' : `,"Galaxy":${JSON.stringify(galaxies(id))}`,
        related === null
          ? ''
          : `,"RelatedAttribute":${JSON.stringify((related.get(id) ?? []).map(relatedAttributeWire))}`,
      ].join('');
    };
  };
}

function findFiles(tx: Transaction, rows: readonly TextRow[]): Promise<Map<number, Buffer>> {
  return fileDigests(
    tx,
    rows.filter((row) => isFileType(row[at.type])).map((row) => Number(row[at.id])),
  );
}

/** SHA-256 of the files of attributes, by the attribute's id. */
export async function fileDigests(tx: Transaction, ids: readonly number[]): Promise<Map<number, Buffer>> {
  if (ids.length === 0) return new Map();
  const found = await tx.prepared<{ attribute_id: number; sha256: Buffer }>(
    'select attribute_id, sha256 from visible_attachments where attribute_id = any ($1::bigint[])',
    [ids],
  );
  return new Map(found.map((file) => [file.attribute_id, file.sha256]));
}

/** Galaxies of attributes by their tags; four statements at most. */
async function findGalaxies(
  magpie: Magpie,
  tx: Transaction,
  ids: readonly number[],
): Promise<(id: number) => unknown[]> {
  const links = Map.groupBy(await loadAttributeTags(tx, ids, {}), (tag) => tag.attribute_id);
  const galaxies = await tagGalaxies({ magpie, tx, options: {} }, [...links.values()].flat(), 'attribute');
  return (id) => galaxies(links.get(id) ?? []);
}
