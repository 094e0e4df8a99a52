import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { eventTagWire } from '../../knowledge/tags/wire.ts';
import { isFileType } from '../attachments/prepare.ts';
import { type LinkedTag, loadAttributeTags, loadFiles } from '../events/load.ts';
import { deletedModeFor } from '../events/read-options.ts';
import type { AttributeRow } from '../events/rows.ts';
import { findAttribute } from './find-attribute.ts';
import { attributeRowWire } from './wire.ts';

type Wire = Record<string, unknown>;

/**
 * One attribute in the form of attributes/view (`withContext`: event uuid and file) or edit. Softly deleted ones are
 * as if absent, unless just written (`includeDeleted`). Throws `NotFound`.
 */
export function viewAttribute(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | number | undefined,
  options: { withContext?: boolean; includeDeleted?: boolean } = {},
): Promise<Wire> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, idOrUuid);
    if (found === null || (found.attribute.deleted && !options.includeDeleted)) throw new NotFound('Invalid attribute');
    const { attribute, event } = found;
    if (attribute.deleted && deletedModeFor(viewer, event, 'both') === 'live') throw new NotFound('Invalid attribute');
    const tags = await loadAttributeTags(tx, [attribute.id], {});
    const file = options.withContext && isFileType(attribute.type) ? await loadFiles(tx, [attribute.id]) : new Map();
    const sha256: Buffer | undefined = file.get(attribute.id);
    return {
      ...attributeRowWire(attribute),
      ...(options.withContext ? { event_uuid: event.uuid } : {}),
      ...(sha256 ? { data: (await magpie.attachments.get(sha256)).toString('base64') } : {}),
      ...(tags.length > 0 ? { Tag: tags.map((tag) => eventTagWire(tag, tag)) } : {}),
    };
  });
}

/** Stored attributes in the forms of the attributes/add reply, in the order of `ids`. */
export function addedAttributes(
  magpie: Magpie,
  viewer: Viewer,
  ids: readonly number[],
): Promise<{ row: Wire; links: Wire[]; tags: Wire[] }[]> {
  return magpie.database.as(viewer, async (tx) => {
    const rows = await tx.query<AttributeRow>(
      `select a.* from unnest($1::bigint[]) with ordinality as wanted (id, place)
         join visible_attributes a on a.id = wanted.id order by wanted.place`,
      [ids],
    );
    const tags = await loadAttributeTags(tx, ids, {});
    return rows.map((row) => {
      const own = tags.filter((tag) => tag.attribute_id === row.id);
      return {
        row: attributeRowWire(row, { halves: true }),
        links: own.map(linkWire),
        tags: own.map((tag) => eventTagWire(tag, tag)),
      };
    });
  });
}

/** A link with its tag, as `AttributeTag` lists it. */
export function linkWire(tag: LinkedTag): Wire {
  return {
    id: String(tag.link_id),
    attribute_id: String(tag.attribute_id),
    event_id: String(tag.event_id),
    tag_id: String(tag.id),
    local: tag.local,
    relationship_type: tag.relationship_type === '' ? null : tag.relationship_type,
    Tag: {
      id: String(tag.id),
      name: tag.name,
      colour: tag.colour,
      numerical_value: tag.numerical_value === null ? null : String(tag.numerical_value),
    },
  };
}
