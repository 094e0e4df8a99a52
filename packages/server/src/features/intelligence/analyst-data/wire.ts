import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject } from '../../../http/lenient.ts';
import { databaseTime } from '../../administration/database-time.ts';
import {
  ORGANISATION_COLUMNS,
  type OrganisationRow,
  organisationWire,
} from '../../administration/organisations/organisation-row.ts';
import { sharingGroupsWire } from '../../sharing/sharing-groups/service.ts';
import { elementKey, readElements } from './related.ts';
import { ANALYST_KINDS, type AnalystRow } from './rows.ts';

type Wire = Record<string, unknown>;

/** May the viewer change or delete the entry: his organisation wrote it, or he is a site administrator. */
export function canEditAnalystData(viewer: Viewer, row: Pick<AnalystRow, 'orgc_id'>): boolean {
  return can(viewer, 'perm_site_admin') || row.orgc_id === viewer.organisationId;
}

/**
 * Entries in MISP's JSON, in the order given: with both organisations, the sharing group and what a relationship points
 * to, where the viewer sees it. A handful of statements however many entries.
 */
export async function analystWires(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  rows: readonly AnalystRow[],
): Promise<Wire[]> {
  if (rows.length === 0) return [];
  const organisations = await readOrganisations(tx, rows);
  const groupIds = rows.filter((row) => row.distribution === 4).map((row) => row.sharing_group_id);
  const groups = groupIds.length === 0 ? new Map<number, Wire>() : await sharingGroupsWire(magpie, tx, groupIds);
  const related = await readElements(
    tx,
    rows.flatMap((row) =>
      row.related_object_uuid === null ? [] : [{ type: row.related_object_type ?? '', uuid: row.related_object_uuid }],
    ),
  );
  return rows.map((row) => {
    const group = row.distribution === 4 ? groups.get(row.sharing_group_id) : undefined;
    return {
      ...ownFields(row, organisations),
      ...(group ? { SharingGroup: group } : {}),
      _canEdit: canEditAnalystData(viewer, row),
      ...(row.kind === 'Relationship' ? { related_object: related.get(elementKey(targetOf(row))) ?? [] } : {}),
    };
  });
}

function targetOf(row: AnalystRow) {
  return { type: row.related_object_type ?? '', uuid: row.related_object_uuid ?? '' };
}

async function readOrganisations(tx: Transaction, rows: readonly AnalystRow[]): Promise<Map<number, OrganisationRow>> {
  const ids = [...new Set(rows.flatMap((row) => [row.org_id, row.orgc_id]))];
  const found = await tx.query<OrganisationRow>(
    `select ${ORGANISATION_COLUMNS} from organisations where id = any ($1::bigint[])`,
    [ids],
  );
  return new Map(found.map((row) => [row.id, row]));
}

function ownFields(row: AnalystRow, organisations: ReadonlyMap<number, OrganisationRow>): Wire {
  const org = organisations.get(row.org_id);
  const orgc = organisations.get(row.orgc_id);
  return {
    id: String(row.id),
    uuid: row.uuid,
    object_uuid: row.object_uuid,
    object_type: row.object_type,
    authors: row.authors,
    org_uuid: org?.uuid ?? null,
    orgc_uuid: orgc?.uuid ?? null,
    created: databaseTime(row.created),
    modified: databaseTime(row.modified),
    distribution: String(row.distribution),
    sharing_group_id: row.sharing_group_id === 0 ? null : String(row.sharing_group_id),
    locked: row.locked,
    ...kindFields(row),
    note_type: ANALYST_KINDS.indexOf(row.kind),
    note_type_name: row.kind,
    ...(orgc ? { Orgc: organisationWire(orgc) } : {}),
    ...(org ? { Org: organisationWire(org) } : {}),
  };
}

const SHORT_ORGANISATION = ['id', 'name', 'uuid', 'type', 'description', 'sector', 'nationality', 'local'];

/**
 * An entry with its organisations as MISP shows them where it reads entries of a kind for the first time in a request:
 * without contacts, dates and who made them.
 */
export function withShortOrganisations(entry: Wire): Wire {
  const short = (value: unknown, names: readonly string[]) =>
    isObject(value) ? Object.fromEntries(names.map((name) => [name, value[name]])) : value;
  const creators = SHORT_ORGANISATION.filter((name) => name !== 'description');
  return {
    ...entry,
    ...('Orgc' in entry ? { Orgc: short(entry.Orgc, creators) } : {}),
    ...('Org' in entry ? { Org: short(entry.Org, SHORT_ORGANISATION) } : {}),
  };
}

function kindFields(row: AnalystRow): Wire {
  switch (row.kind) {
    case 'Note':
      return { note: row.note ?? '', language: row.language ?? '' };
    case 'Opinion':
      return { opinion: String(row.opinion ?? 0), comment: row.comment ?? '' };
    case 'Relationship':
      return {
        relationship_type: row.relationship_type ?? '',
        related_object_uuid: row.related_object_uuid,
        related_object_type: row.related_object_type,
      };
  }
}
