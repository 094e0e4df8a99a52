import { tlpTags } from '../facts/markings.ts';
import { parseId } from '../ids.ts';
import { isJson, type Json, text, texts } from '../json.ts';

/** What MISP writes into labels about where an object comes from. */
export interface Labels {
  /** By key: `type`, `category`, `to_ids`, `name`, `meta-category`, `galaxy-type`, `data-layer`, … */
  readonly said: ReadonlyMap<string, string>;
  readonly tags: readonly string[];
}

const KNOWN =
  /^misp:(type|category|to_ids|name|meta-category|galaxy-name|galaxy-type|data-layer|context-layer)="(.*)"$/s;

/** Takes the labels of an object apart: what MISP says of it, and tags. */
export function readLabels(object: Json): Labels {
  const said = new Map<string, string>();
  const tags: string[] = [];
  for (const label of texts(object, 'labels')) {
    const [, key, value] = KNOWN.exec(label) ?? [];
    if (key !== undefined && value !== undefined && !said.has(key)) said.set(key, value);
    else tags.push(label);
  }
  return { said, tags };
}

/** Tags of the markings of an object: TLP of both generations, and statements, which `prefix` tells to be some. */
export function markingTags(object: Json, objects: ReadonlyMap<string, Json>, prefix = ''): string[] {
  return texts(object, 'object_marking_refs').flatMap((ref) => {
    const known = tlpTags.get(parseId(ref)?.uuid ?? '');
    if (known !== undefined) return [known];
    const marking = objects.get(ref);
    return marking === undefined ? [] : markingTag(marking, prefix);
  });
}

function markingTag(marking: Json, prefix: string): string[] {
  const definition = isJson(marking.definition) ? marking.definition : {};
  const tlp = text(definition, 'tlp').toLowerCase();
  if (/^(?:white|clear|green|amber|amber\+strict|red)$/.test(tlp)) return [`tlp:${tlp}`];
  const statement = text(definition, 'statement');
  if (statement !== '') return [`${prefix}${statement}`];
  const name = /^TLP:(WHITE|CLEAR|GREEN|AMBER|AMBER\+STRICT|RED)$/.exec(text(marking, 'name'))?.[1];
  return name === undefined ? [] : [`tlp:${name.toLowerCase()}`];
}

/** Tags in MISP's JSON, each once. */
export function tagsOf(names: readonly string[]): Json {
  const unique = [...new Set(names)];
  return unique.length === 0 ? {} : { Tag: unique.map((name) => ({ name })) };
}
