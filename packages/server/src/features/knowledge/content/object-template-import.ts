import { isObject, type JsonObject } from '../../../http/lenient.ts';
import {
  integerOrNull,
  objectsOf,
  parseFile,
  requireText,
  requireUuid,
  requireVersion,
  rowsJson,
  textOf,
  textsOf,
  UnusableFile,
} from './fields.ts';
import type { LibraryImport } from './library-import.ts';

type Row = Record<string, unknown>;

interface ParsedTemplate {
  kind: 'template';
  header: Row & { uuid: string; version: number };
  elements: Row[];
}

interface ParsedRelationships {
  kind: 'relationships';
  rows: Row[];
}

/** Object templates (`objects/<name>/definition.json`) and the names of relationships between objects. */
export const objectTemplateImport: LibraryImport<ParsedTemplate | ParsedRelationships> = {
  read(path, bytes) {
    const file = parseFile(bytes);
    if (path.startsWith('relationships/')) return { item: 'relationships', parsed: parseRelationships(file) };
    const parsed = parseTemplate(file);
    return { item: parsed.header.uuid, parsed };
  },

  async write(tx, items, { force }) {
    const templates = items.flatMap(({ parsed }) => (parsed.kind === 'template' ? [parsed] : []));
    const byKey = new Map(templates.map((template) => [keyOf(template.header), template]));
    const changed = await tx.query<{ id: number; uuid: string; version: number }>(
      `insert into object_templates (uuid, name, meta_category, description, version, requirements, definition, active)
       select *, true from json_to_recordset($1::json) as r (uuid uuid, name text, meta_category text, description text,
         version bigint, requirements jsonb, definition json)
       on conflict (uuid, version) do update set name = excluded.name, meta_category = excluded.meta_category,
         description = excluded.description, requirements = excluded.requirements, definition = excluded.definition
       where $2
       returning id, uuid, version`,
      [rowsJson([...byKey.values()].map(({ header }) => header)), force],
    );
    // The newest version is the active one; older ones stay for the objects that were made with them.
    await tx.execute(
      `update object_templates o set active = false where active and uuid = any ($1::uuid[])
         and exists (select from object_templates n where n.uuid = o.uuid and n.version > o.version)`,
      [changed.map((row) => row.uuid)],
    );
    await tx.execute('delete from object_template_elements where object_template_id = any ($1::bigint[])', [
      changed.map((row) => row.id),
    ]);
    await tx.execute(
      `insert into object_template_elements (object_template_id, object_relation, type, ui_priority, categories,
         sane_default, values_list, description, disable_correlation, multiple)
       select * from json_to_recordset($1::json) as r (object_template_id bigint, object_relation text, type text,
         ui_priority integer, categories jsonb, sane_default jsonb, values_list jsonb, description text,
         disable_correlation boolean, multiple boolean)`,
      [
        rowsJson(
          changed.flatMap((row) =>
            (byKey.get(keyOf(row))?.elements ?? []).map((element) => ({ object_template_id: row.id, ...element })),
          ),
        ),
      ],
    );
    const relationships = items.flatMap(({ parsed }) => (parsed.kind === 'relationships' ? parsed.rows : []));
    const renamed = await tx.execute(
      `insert into object_relationships as o (name, description, format, version)
       select * from json_to_recordset($1::json) as r (name text, description text, format jsonb, version bigint)
       on conflict (name) do update set description = excluded.description, format = excluded.format,
         version = excluded.version
       where excluded.version > o.version or $2`,
      [rowsJson(relationships), force],
    );
    return { updated: changed.length + renamed, notices: [] };
  },
};

function keyOf({ uuid, version }: { uuid: string; version: number }): string {
  return `${uuid} ${version}`;
}

function parseTemplate(file: JsonObject): ParsedTemplate {
  if (!isObject(file.attributes)) throw new UnusableFile('"attributes" is missing');
  const requirements: Row = {};
  for (const kind of ['required', 'requiredOneOf']) {
    if (file[kind] !== undefined) requirements[kind] = textsOf(file[kind]);
  }
  return {
    kind: 'template',
    header: {
      uuid: requireUuid(file),
      name: requireText(file, 'name'),
      meta_category: textOf(file, 'meta-category'),
      description: textOf(file, 'description'),
      version: requireVersion(file),
      requirements,
      definition: file,
    },
    elements: Object.entries(file.attributes).flatMap(([relation, element]) =>
      isObject(element) ? [parseElement(relation, element)] : [],
    ),
  };
}

function parseElement(relation: string, element: JsonObject): Row {
  return {
    object_relation: relation,
    type: requireText(element, 'misp-attribute'),
    ui_priority: integerOrNull(element['ui-priority']) ?? 0,
    categories: textsOf(element.categories ?? []),
    sane_default: textsOf(element.sane_default ?? []),
    values_list: textsOf(element.values_list ?? []),
    description: textOf(element, 'description'),
    disable_correlation: typeof element.disable_correlation === 'boolean' ? element.disable_correlation : null,
    multiple: element.multiple === true,
  };
}

function parseRelationships(file: JsonObject): ParsedRelationships {
  const version = requireVersion(file);
  const byName = new Map<string, Row>();
  for (const value of objectsOf(file.values)) {
    const name = requireText(value, 'name');
    byName.set(name, { name, description: textOf(value, 'description'), format: textsOf(value.format ?? []), version });
  }
  return { kind: 'relationships', rows: [...byName.values()] };
}
