import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { isObject, type JsonObject, readElements } from '../../../http/lenient.ts';
import { ANALYST_KINDS } from '../analyst-data/rows.ts';

const LISTS = ['Attribute', 'Object', 'EventReport', 'ObjectReference', ...ANALYST_KINDS] as const;
/** Fields that name another element of the same body. */
const LINKS = ['referenced_uuid', 'source_uuid', 'object_uuid', 'related_object_uuid'] as const;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/**
 * A copy of an event body in which every element has a new uuid; links between its elements, also those in the text of
 * reports, lead to the copies. Links to what is not in the body stay.
 */
export function renewUuids(body: JsonObject): JsonObject {
  const renewed = new Map<string, string>();
  collect(body, renewed);
  const { uuid, id, ...event } = rewrite(body, renewed);
  return event;
}

function collect(element: JsonObject, renewed: Map<string, string>): void {
  for (const child of childrenOf(element)) {
    const uuid = readUuid(child.uuid);
    if (uuid !== null) renewed.set(uuid, randomUUID());
    collect(child, renewed);
  }
}

function childrenOf(element: JsonObject): JsonObject[] {
  return LISTS.flatMap((key) => readElements(element[key]).filter(isObject));
}

function rewrite(element: JsonObject, renewed: ReadonlyMap<string, string>): JsonObject {
  const copy: JsonObject = { ...element };
  const translate = (value: unknown) => renewed.get(readUuid(value) ?? '') ?? value;
  for (const key of ['uuid', ...LINKS]) if (Object.hasOwn(copy, key)) copy[key] = translate(copy[key]);
  if (typeof copy.content === 'string') copy.content = copy.content.replaceAll(UUID, (uuid) => String(translate(uuid)));
  for (const key of LISTS) {
    if (!Object.hasOwn(copy, key)) continue;
    copy[key] = readElements(copy[key]).map((child) => (isObject(child) ? rewrite(child, renewed) : child));
  }
  return copy;
}
