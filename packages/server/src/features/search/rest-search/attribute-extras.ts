import { joinValue } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isFileType } from '../../intelligence/attachments/prepare.ts';
import { proposalsOfFound } from '../../intelligence/proposals/service.ts';
import { sightingsOfAttributes } from '../../intelligence/sightings/service.ts';
import { type DecayWanted, readDecayWanted } from '../../knowledge/decaying/scoring.ts';
import { isNotExcluded } from '../correlations/exclusions.ts';
import { at } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';
import type { SearchParameters } from './parameters.ts';
import { rowNotes } from './row-notes.ts';

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
  };
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
  return async (rows) => {
    const related = wanted.correlations ? await findRelated(magpie, tx, rows) : null;
    const ids = rows.map((row) => Number(row[at.id]));
    const sightings =
      wanted.sightings && tx.viewer !== null ? await sightingsOfAttributes(magpie, tx, tx.viewer, ids) : null;
    const proposals = wanted.proposals ? await proposalsOfFound(tx, ids) : null;
    const files = wanted.attachments ? await findFiles(tx, rows) : null;
    const notesOf = await rowNotes(magpie, tx, wanted, rows);
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
        related === null ? '' : `,"RelatedAttribute":${JSON.stringify(related.get(id) ?? [])}`,
      ].join('');
    };
  };
}

async function findFiles(tx: Transaction, rows: readonly TextRow[]): Promise<Map<number, Buffer>> {
  const ids = rows.filter((row) => isFileType(row[at.type])).map((row) => Number(row[at.id]));
  if (ids.length === 0) return new Map();
  const found = await tx.prepared<{ attribute_id: number; sha256: Buffer }>(
    'select attribute_id, sha256 from visible_attachments where attribute_id = any ($1::bigint[])',
    [ids],
  );
  return new Map(found.map((file) => [file.attribute_id, file.sha256]));
}

interface RelatedRow {
  own_id: number;
  id: number;
  event_id: number;
  object_id: number;
  object_relation: string | null;
  category: string;
  type: string;
  value1: string;
  value2: string;
  uuid: string;
  timestamp: number;
  distribution: number;
  sharing_group_id: number;
  to_ids: boolean;
  comment: string;
  event_uuid: string;
  threat_level_id: number;
  analysis: number;
  info: string;
  extends_uuid: string | null;
  event_distribution: number;
  event_sharing_group_id: number;
  published: boolean;
  date: string;
  orgc_id: number;
  org_id: number;
}

// Each half of a value probes both indexes (attributes_h1, attributes_h2) up to the limit plus one; a value that more
// attributes have is left out, as MISP does with over-correlating values.
const RELATED = `
  with own as (
    select id, event_id, h1 as h from visible_attributes where id = any ($1::bigint[]) and correlates > 0
      and ${isNotExcluded('h1', 'value1')}
    union
    select id, event_id, h2 from visible_attributes where id = any ($1::bigint[]) and correlates = 2 and h2 is not null
      and ${isNotExcluded('h2', 'value2')}
  ), probed as (
    select own.id as own_id, found.id, count(*) over (partition by own.id, own.h) as hits
    from own cross join lateral (
      select id from (
        (select a.id from visible_attributes a
          where a.h1 = own.h and a.correlates > 0 and a.event_id <> own.event_id limit $2 + 1)
        union all
        (select a.id from visible_attributes a
          where a.h2 = own.h and a.correlates = 2 and a.event_id <> own.event_id limit $2 + 1)
      ) both_halves limit $2 + 1
    ) found
  ), pairs as (select distinct own_id, id from probed where hits <= $2)
  select pairs.own_id, a.id, a.event_id, a.object_id, a.object_relation, a.category, a.type, a.value1, a.value2, a.uuid,
    a.timestamp, a.distribution, a.sharing_group_id, a.to_ids, a.comment, e.uuid as event_uuid, e.threat_level_id,
    e.analysis, e.info, e.extends_uuid, e.distribution as event_distribution,
    e.sharing_group_id as event_sharing_group_id, e.published, e.date, e.orgc_id, e.org_id
  from pairs join visible_attributes a on a.id = pairs.id join visible_events e on e.id = a.event_id
  order by pairs.own_id, a.id`;

async function findRelated(
  magpie: Magpie,
  tx: Transaction,
  rows: readonly TextRow[],
): Promise<Map<number, Record<string, unknown>[]>> {
  const related = new Map<number, Record<string, unknown>[]>();
  if (magpie.settings.get('MISP.completely_disable_correlation')) return related;
  const ids = rows.map((row) => Number(row[at.id]));
  for (const row of await tx.prepared<RelatedRow>(RELATED, [ids, magpie.settings.get('MISP.correlation_limit')])) {
    const list = related.get(row.own_id);
    if (list) list.push(relatedWire(row));
    else related.set(row.own_id, [relatedWire(row)]);
  }
  return related;
}

function relatedWire(row: RelatedRow): Record<string, unknown> {
  return {
    id: String(row.id),
    event_id: String(row.event_id),
    object_id: String(row.object_id),
    object_relation: row.object_relation,
    category: row.category,
    type: row.type,
    uuid: row.uuid,
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    to_ids: row.to_ids,
    comment: row.comment,
    value: joinValue(row.value1, row.value2),
    Event: {
      id: String(row.event_id),
      uuid: row.event_uuid,
      threat_level_id: String(row.threat_level_id),
      analysis: String(row.analysis),
      info: row.info,
      extends_uuid: row.extends_uuid ?? '',
      distribution: String(row.event_distribution),
      sharing_group_id: String(row.event_sharing_group_id),
      published: row.published,
      date: row.date,
      orgc_id: String(row.orgc_id),
      org_id: String(row.org_id),
    },
  };
}
