import { isObject } from '../../../http/lenient.ts';
import {
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
type Named = Row & { name: string };

const WARNINGLIST_TYPES = new Set(['cidr', 'hostname', 'string', 'substring', 'regex']);

/** Warninglists: `lists/<name>/list.json`. */
export const warninglistImport: LibraryImport<{ header: Named; entries: Row[]; types: string[] }> = {
  read(_path, bytes) {
    const file = parseFile(bytes);
    const name = requireText(file, 'name');
    const type = requireText(file, 'type');
    if (!WARNINGLIST_TYPES.has(type)) throw new UnusableFile(`the type ${type} is not known`);
    const types = textsOf(file.matching_attributes ?? []);
    // A list, or an object from value to comment.
    const entries = isObject(file.list)
      ? Object.entries(file.list).map(([value, comment]) => ({ v: value, c: textsOf(comment)[0] ?? null }))
      : textsOf(file.list ?? []).map((value) => ({ v: value, c: null }));
    const header = {
      name,
      type,
      description: textOf(file, 'description'),
      version: requireVersion(file),
      category: file.category === 'known' ? 'known' : 'false_positive',
      entry_count: entries.length,
    };
    return { item: name, parsed: { header, entries, types: types.length === 0 ? ['ALL'] : types } };
  },

  async write(tx, items, { force }) {
    const parsed = new Map(items.map((item) => [item.parsed.header.name, item.parsed]));
    const changed = await tx.query<{ id: number; name: string }>(
      `insert into warninglists as w (name, type, description, version, category, entry_count)
       select * from json_to_recordset($1::json) as r (name text, type text, description text, version bigint,
         category text, entry_count bigint)
       on conflict (name) do update set type = excluded.type, description = excluded.description,
         version = excluded.version, category = excluded.category, entry_count = excluded.entry_count,
         changed = clock_timestamp()
       where w.is_default and (excluded.version > w.version or $2)
       returning id, name`,
      [rowsJson([...parsed.values()].map(({ header }) => header)), force],
    );
    const ids = changed.map((row) => row.id);
    await tx.execute('delete from warninglist_entries where warninglist_id = any ($1::bigint[])', [ids]);
    await tx.execute('delete from warninglist_types where warninglist_id = any ($1::bigint[])', [ids]);
    for (const { id, name } of changed) {
      await tx.execute(
        `insert into warninglist_entries (warninglist_id, value, comment)
         select $1, v, c from json_to_recordset($2::json) as r (v text, c text)`,
        [id, rowsJson(parsed.get(name)?.entries ?? [])],
      );
    }
    await tx.execute(
      `insert into warninglist_types (warninglist_id, type)
       select w, t from json_to_recordset($1::json) as r (w bigint, t text)`,
      [
        rowsJson(
          changed.flatMap(({ id, name }) => (parsed.get(name)?.types ?? []).map((type) => ({ w: id, t: type }))),
        ),
      ],
    );
    return { updated: changed.length, notices: [] };
  },
};

/** Noticelists: `lists/<name>/list.json`. */
export const noticelistImport: LibraryImport<{ header: Named; entries: Row[] }> = {
  read(_path, bytes) {
    const file = parseFile(bytes);
    const name = requireText(file, 'name');
    const header = {
      name,
      expanded_name: textOf(file, 'expanded_name'),
      ref: textsOf(file.ref ?? []),
      geographical_area: textsOf(file.geographical_area ?? []),
      version: requireVersion(file),
    };
    return { item: name, parsed: { header, entries: objectsOf(file.notice) } };
  },

  async write(tx, items, { force }) {
    const parsed = new Map(items.map((item) => [item.parsed.header.name, item.parsed]));
    const changed = await tx.query<{ id: number; name: string }>(
      `insert into noticelists as n (name, expanded_name, ref, geographical_area, version)
       select * from json_to_recordset($1::json) as r (name text, expanded_name text, ref text[],
         geographical_area text[], version bigint)
       on conflict (name) do update set expanded_name = excluded.expanded_name, ref = excluded.ref,
         geographical_area = excluded.geographical_area, version = excluded.version
       where excluded.version > n.version or $2
       returning id, name`,
      [rowsJson([...parsed.values()].map(({ header }) => header)), force],
    );
    await tx.execute('delete from noticelist_entries where noticelist_id = any ($1::bigint[])', [
      changed.map((row) => row.id),
    ]);
    await tx.execute(
      `insert into noticelist_entries (noticelist_id, data)
       select n, d from json_to_recordset($1::json) as r (n bigint, d json)`,
      [
        rowsJson(
          changed.flatMap(({ id, name }) => (parsed.get(name)?.entries ?? []).map((data) => ({ n: id, d: data }))),
        ),
      ],
    );
    return { updated: changed.length, notices: [] };
  },
};

/** Decaying models: `models/<name>.json`. */
export const decayingModelImport: LibraryImport<Row & { uuid: string }> = {
  read(_path, bytes) {
    const file = parseFile(bytes);
    const uuid = requireUuid(file);
    if (!isObject(file.parameters)) throw new UnusableFile('"parameters" is missing');
    return {
      item: uuid,
      parsed: {
        uuid,
        name: requireText(file, 'name'),
        parameters: file.parameters,
        attribute_types: textsOf(file.attribute_types ?? []),
        description: textOf(file, 'description'),
        ref: textsOf(file.ref ?? []),
        formula: textOf(file, 'formula') || 'Polynomial',
        version: String(requireVersion(file)),
      },
    };
  },

  async write(tx, items, { force, hostOrganisationId }) {
    const byUuid = new Map(items.map(({ parsed }) => [parsed.uuid, parsed]));
    const updated = await tx.execute(
      `insert into decaying_models as m (uuid, name, parameters, attribute_types, description, ref, formula, version,
         org_id, is_default)
       select *, $3::bigint, true from json_to_recordset($1::json) as r (uuid uuid, name text, parameters json,
         attribute_types text[], description text, ref text[], formula text, version text)
       on conflict (uuid) do update set name = excluded.name, parameters = excluded.parameters,
         attribute_types = excluded.attribute_types, description = excluded.description, ref = excluded.ref,
         formula = excluded.formula, version = excluded.version
       where excluded.version::bigint > m.version::bigint or $2`,
      [rowsJson([...byUuid.values()]), force, hostOrganisationId],
    );
    return { updated, notices: [] };
  },
};
