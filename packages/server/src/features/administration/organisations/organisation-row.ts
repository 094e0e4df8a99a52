import { databaseTime } from '../database-time.ts';

/** An organisation as stored. */
export interface OrganisationRow {
  id: number;
  uuid: string;
  name: string;
  date_created: Date;
  date_modified: Date;
  description: string | null;
  type: string;
  nationality: string;
  sector: string;
  created_by: number;
  contacts: string | null;
  local: boolean;
  restricted_to_domain: string[] | null;
  landingpage: string | null;
}

/** The columns of `OrganisationRow`, for a `select`. */
export const ORGANISATION_COLUMNS = `id, uuid, name, date_created, date_modified, description, type, nationality, sector,
  created_by, contacts, local, restricted_to_domain, landingpage`;

/** An organisation as MISP's add, edit and users/view send it. */
export function organisationWire(row: OrganisationRow): Record<string, unknown> {
  return {
    id: String(row.id),
    name: row.name,
    date_created: databaseTime(row.date_created),
    date_modified: databaseTime(row.date_modified),
    description: row.description,
    type: row.type,
    nationality: row.nationality,
    sector: row.sector,
    created_by: String(row.created_by),
    uuid: row.uuid,
    contacts: row.contacts,
    local: row.local,
    restricted_to_domain: row.restricted_to_domain,
    landingpage: row.landingpage,
  };
}
