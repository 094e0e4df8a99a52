import type { TagRow } from './rows.ts';

/** A tag in MISP's JSON: ids and numbers are strings, flags booleans. */
export function tagWire(tag: TagRow): Record<string, unknown> {
  return {
    id: String(tag.id),
    name: tag.name,
    colour: tag.colour,
    exportable: tag.exportable,
    org_id: String(tag.org_id),
    user_id: String(tag.user_id),
    hide_tag: tag.hide_tag,
    numerical_value: tag.numerical_value === null ? null : String(tag.numerical_value),
    is_galaxy: tag.is_galaxy,
    is_custom_galaxy: tag.is_custom_galaxy,
    local_only: tag.local_only,
  };
}

/** What the link between a tag and an event or attribute adds. */
export interface TagLink {
  local: boolean;
  relationship_type: string;
}

/** A tag inside an event or attribute: without its organisation, with what the link says. */
export function eventTagWire(tag: Omit<TagRow, 'org_id'>, link: TagLink): Record<string, unknown> {
  return {
    id: String(tag.id),
    name: tag.name,
    colour: tag.colour,
    exportable: tag.exportable,
    user_id: String(tag.user_id),
    hide_tag: tag.hide_tag,
    numerical_value: tag.numerical_value === null ? null : String(tag.numerical_value),
    is_galaxy: tag.is_galaxy,
    is_custom_galaxy: tag.is_custom_galaxy,
    local_only: tag.local_only,
    local: link.local,
    relationship_type: link.relationship_type === '' ? null : link.relationship_type,
  };
}
