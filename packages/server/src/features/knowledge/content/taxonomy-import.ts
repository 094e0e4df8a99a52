import { taxonomyColour } from '@magpie/model';
import type { JsonObject } from '../../../http/lenient.ts';
import {
  integerOrNull,
  objectsOf,
  parseFile,
  requireText,
  requireVersion,
  rowsJson,
  textOf,
  textOrNull,
  textsOf,
  uuidOrNull,
} from './fields.ts';
import type { LibraryImport } from './library-import.ts';

interface ParsedTaxonomy {
  header: Record<string, unknown> & { namespace: string };
  predicates: Record<string, unknown>[];
  entries: Record<string, unknown>[];
}

/** Taxonomies: `<namespace>/machinetag.json`. */
export const taxonomyImport: LibraryImport<ParsedTaxonomy> = {
  read(_path, bytes) {
    const file = parseFile(bytes);
    const namespace = requireText(file, 'namespace');
    if (file.type !== undefined && !textsOf(file.type).includes('event')) return 'it is not meant for events';
    return { item: namespace, parsed: parseTaxonomy(namespace, file) };
  },

  async write(tx, items, { force }) {
    const parsed = new Map(items.map((item) => [item.parsed.header.namespace.toLowerCase(), item.parsed]));
    const changed = await tx.query<{ id: number; namespace: string }>(
      `insert into taxonomies as t (uuid, namespace, expanded, description, version, exclusive, refs)
       select uuid, namespace, expanded, description, version, exclusive, refs from json_to_recordset($1::json)
         as r (uuid uuid, namespace text, expanded text, description text, version bigint, exclusive boolean, refs text[])
       on conflict (lower(namespace)) do update set uuid = excluded.uuid, namespace = excluded.namespace,
         expanded = excluded.expanded, description = excluded.description, version = excluded.version,
         exclusive = excluded.exclusive, refs = excluded.refs
       where excluded.version > t.version or $2
       returning id, namespace`,
      [rowsJson([...parsed.values()].map(({ header }) => header)), force],
    );
    const ids = changed.map((row) => row.id);
    await tx.execute('delete from taxonomy_predicates where taxonomy_id = any ($1::bigint[])', [ids]);
    await tx.execute('delete from taxonomy_entries where taxonomy_id = any ($1::bigint[])', [ids]);
    const rows = (part: 'predicates' | 'entries') =>
      changed.flatMap(({ id, namespace }) =>
        (parsed.get(namespace.toLowerCase())?.[part] ?? []).map((row) => ({ taxonomy_id: id, ...row })),
      );
    await tx.execute(
      `insert into taxonomy_predicates (taxonomy_id, position, value, tag, expanded, description, colour, tag_colour,
         exclusive, numerical_value)
       select * from json_to_recordset($1::json) as r (taxonomy_id bigint, position integer, value text, tag text,
         expanded text, description text, colour text, tag_colour text, exclusive boolean, numerical_value integer)`,
      [rowsJson(rows('predicates'))],
    );
    await tx.execute(
      `insert into taxonomy_entries (taxonomy_id, predicate_position, position, value, tag, expanded, description,
         colour, tag_colour, numerical_value)
       select * from json_to_recordset($1::json) as r (taxonomy_id bigint, predicate_position integer, position integer,
         value text, tag text, expanded text, description text, colour text, tag_colour text, numerical_value integer)`,
      [rowsJson(rows('entries'))],
    );
    return { updated: changed.length, notices: [] };
  },
};

function parseTaxonomy(namespace: string, file: JsonObject): ParsedTaxonomy {
  const predicates = objectsOf(file.predicates);
  const entriesOf = new Map<string, JsonObject[]>();
  for (const group of objectsOf(file.values)) {
    const predicate = textOf(group, 'predicate');
    entriesOf.set(predicate, [...(entriesOf.get(predicate) ?? []), ...objectsOf(group.entry)]);
  }
  const parsed: ParsedTaxonomy = {
    header: {
      uuid: uuidOrNull(file.uuid),
      namespace,
      expanded: textOf(file, 'expanded'),
      description: textOf(file, 'description'),
      version: requireVersion(file),
      exclusive: file.exclusive === true,
      refs: textsOf(file.refs ?? []),
    },
    predicates: [],
    entries: [],
  };
  const count = predicates.reduce((sum, { value }) => sum + Math.max(1, entriesOf.get(String(value))?.length ?? 0), 0);
  // A colour follows from the place among all tags of the taxonomy.
  let place = 0;
  const nextColour = () => {
    place += 1;
    return taxonomyColour(namespace, place - 1, count);
  };
  for (const [position, predicate] of predicates.entries()) {
    const value = requireText(predicate, 'value');
    const entries = entriesOf.get(value) ?? [];
    parsed.predicates.push({
      position,
      ...labels(predicate, entries.length === 0 ? nextColour() : ''),
      tag: entries.length === 0 ? `${namespace}:${value}` : null,
      exclusive: typeof predicate.exclusive === 'boolean' ? predicate.exclusive : null,
    });
    for (const [index, entry] of entries.entries()) {
      parsed.entries.push({
        predicate_position: position,
        position: index,
        ...labels(entry, nextColour()),
        tag: `${namespace}:${value}="${textOf(entry, 'value')}"`,
      });
    }
  }
  return parsed;
}

function labels(part: JsonObject, madeColour: string): Record<string, unknown> {
  const colour = textOrNull(part, 'colour');
  return {
    value: requireText(part, 'value'),
    expanded: textOrNull(part, 'expanded'),
    description: textOrNull(part, 'description'),
    colour,
    tag_colour: colour !== null && /^#[0-9a-f]{6}$/i.test(colour) ? colour : madeColour,
    numerical_value: integerOrNull(part.numerical_value),
  };
}
