import { isObject, type JsonObject, readBoolean, readElements } from '../../../http/lenient.ts';

/** A tag as a body wishes it on an event or attribute. */
export interface TagDraft {
  name: string;
  colour: string | null;
  local: boolean;
  relationshipType: string;
  /** Take it off instead. */
  deleted: boolean;
}

/** Reads `Tag: [...]`, or `EventTag`/`AttributeTag`/`EventReportTag` with the tag nested; what has no name is left out. */
export function readTagDrafts(body: JsonObject): TagDraft[] {
  const direct = readElements(body.Tag);
  const links = [body.EventTag, body.AttributeTag, body.EventReportTag].flatMap(readElements);
  const nested = links.flatMap((link) => (isObject(link) && isObject(link.Tag) ? [{ ...link, ...link.Tag }] : []));
  return [...direct, ...nested].flatMap((tag) => {
    if (typeof tag === 'string' && tag.trim() !== '') return [draft({ name: tag })];
    return isObject(tag) && typeof tag.name === 'string' && tag.name.trim() !== '' ? [draft(tag)] : [];
  });
}

function draft(tag: JsonObject): TagDraft {
  return {
    name: String(tag.name).trim(),
    colour: typeof tag.colour === 'string' ? tag.colour : null,
    local: readBoolean(tag.local) ?? false,
    relationshipType: typeof tag.relationship_type === 'string' ? tag.relationship_type : '',
    deleted: readBoolean(tag.deleted) ?? false,
  };
}
