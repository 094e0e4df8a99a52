import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The events of a folder of MISP's JSON files, by file name, in the form in which a server answers them. */
export function readEvents(folder: string): { name: string; event: Json }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const document: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const event = innermost(document);
    if (!isJson(event) || event.info === undefined) throw new Error(`${file} holds no event`);
    return { name: file, event: asServed(event) };
  });
}

/** The event in whatever wraps it: a search's answer, a list, `Event`. */
function innermost(document: unknown): unknown {
  if (Array.isArray(document)) return innermost(document[0]);
  if (!isJson(document)) return document;
  if ('response' in document) return innermost(document.response);
  return isJson(document.Event) ? document.Event : document;
}

/** Puts into references what a server tells of their targets: misp-stix looks for it. */
export function asServed(event: Json): Json {
  const objects = list(event.Object);
  const byUuid = new Map(objects.map((object) => [object.uuid, object]));
  return {
    ...event,
    Object: objects.map((object) => ({
      ...object,
      ObjectReference: list(object.ObjectReference).map((reference) => {
        const target = byUuid.get(reference.referenced_uuid);
        if (target === undefined) return reference;
        const { uuid, name, 'meta-category': category } = target;
        return { ...reference, Object: { uuid, name, 'meta-category': category } };
      }),
    })),
  };
}
