import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { ListedSightingRow, SightingRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** The fields of a sighting alone: the answer of add. */
export function sightingWire(row: SightingRow): Wire {
  return {
    id: String(row.id),
    attribute_id: String(row.attribute_id),
    event_id: String(row.event_id),
    org_id: String(row.org_id),
    date_sighting: String(row.date_sighting),
    uuid: row.uuid,
    source: row.source,
    type: String(row.type),
  };
}

/** How sightings are shown to one viewer. Here alone it is decided whose organisations are told. */
export interface SightingWires {
  /** In events, attributes and the index: without organisation where it is not told. */
  nested(row: ListedSightingRow): Wire;
  /** An entry of listSightings: organisation 0 without name where it is not told. */
  listed(row: ListedSightingRow): Wire;
  /** What restSearch tells of who made it: `org_id` and, where it is told, `Organisation`. */
  maker(row: ListedSightingRow): { org_id: string; Organisation?: Wire };
}

/**
 * The wires for a viewer under the settings of now: with `Plugin.Sightings_anonymise` nobody is told of organisations
 * other than his own; with `MISP.showorg` off site administrators alone are.
 */
export function sightingWires({ settings }: Pick<Magpie, 'settings'>, viewer: Viewer): SightingWires {
  const isTold = settings.get('MISP.showorg') || isSiteAdmin(viewer);
  const anonymise = settings.get('Plugin.Sightings_anonymise') || !isTold;
  const hides = (row: SightingRow) => anonymise && row.org_id !== viewer.organisationId;
  const organisationOf = (row: ListedSightingRow) =>
    row.org_uuid === null ? {} : { Organisation: { id: String(row.org_id), uuid: row.org_uuid, name: row.org_name } };
  return {
    nested(row) {
      const { org_id, ...rest } = sightingWire(row);
      if (hides(row)) return { ...rest, attribute_uuid: row.attribute_uuid };
      return { ...sightingWire(row), attribute_uuid: row.attribute_uuid, ...organisationOf(row) };
    },
    listed(row) {
      if (!hides(row)) return { Sighting: sightingWire(row), Organisation: { name: row.org_name ?? '' } };
      const name = isSiteAdmin(viewer) ? (row.org_name ?? '') : '';
      return { Sighting: { ...sightingWire(row), org_id: 0 }, Organisation: { name } };
    },
    maker: (row) => (hides(row) ? { org_id: '0' } : { org_id: String(row.org_id), ...organisationOf(row) }),
  };
}
