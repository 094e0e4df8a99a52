import { tagColour } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { selectKnownTags } from '../tags/queries.ts';
import { cleanTagName, describeNewTag } from '../tags/tag-names.ts';
import {
  objectsOf,
  parseFile,
  requireText,
  requireUuid,
  requireVersion,
  rowsJson,
  textOf,
  textsOf,
  uuidOrNull,
} from './fields.ts';
import type { ImportOptions, LibraryImport, LibraryItem, Notice, WriteResult } from './library-import.ts';

interface ParsedGalaxy {
  kind: 'galaxy';
  row: Record<string, unknown> & { type: string };
}

interface ParsedCluster {
  row: Record<string, unknown> & { uuid: string; value: string };
  elements: { key: string; value: string }[];
  relations: { target: string; type: string; tags: string[] }[];
}

interface ParsedCollection {
  kind: 'clusters';
  type: string;
  clusters: ParsedCluster[];
  notices: string[];
}

/** Galaxies (`galaxies/<type>.json`) and their clusters (`clusters/<type>.json`). */
export const galaxyImport: LibraryImport<ParsedGalaxy | ParsedCollection> = {
  read(path, bytes) {
    const file = parseFile(bytes);
    if (path.startsWith('galaxies/')) return { item: requireText(file, 'type'), parsed: parseGalaxy(file) };
    const parsed = parseCollection(file);
    return { item: parsed.type, parsed };
  },

  async write(tx, items, options) {
    const galaxies = items.flatMap(({ parsed }) => (parsed.kind === 'galaxy' ? [parsed] : []));
    const updated = galaxies.length === 0 ? 0 : await writeGalaxies(tx, galaxies, options);
    const result: WriteResult = { updated, notices: [] };
    for (const { path, parsed } of items) {
      if (parsed.kind !== 'clusters') continue;
      const written = await writeCollection(tx, { path, parsed }, options);
      result.updated += written.updated;
      result.notices.push(...written.notices);
    }
    return result;
  },
};

function parseGalaxy(file: JsonObject): ParsedGalaxy {
  return {
    kind: 'galaxy',
    row: {
      uuid: requireUuid(file),
      name: textOf(file, 'name'),
      type: requireText(file, 'type'),
      description: textOf(file, 'description'),
      version: textOf(file, 'version') || '1',
      icon: textOf(file, 'icon'),
      namespace: textOf(file, 'namespace') || 'misp',
      kill_chain_order: isObject(file.kill_chain_order) ? file.kill_chain_order : null,
    },
  };
}

function parseCollection(file: JsonObject): ParsedCollection {
  const type = requireText(file, 'type');
  const shared = {
    collection_uuid: textOf(file, 'uuid'),
    source: textOf(file, 'source'),
    authors: textsOf(file.authors ?? []),
    version: requireVersion(file),
  };
  const notices: string[] = [];
  const clusters = new Map<string, ParsedCluster>();
  for (const [index, value] of objectsOf(file.values).entries()) {
    const uuid = uuidOrNull(value.uuid);
    const name = textOf(value, 'value');
    if (uuid === null || name === '') {
      notices.push(`values[${index}] has no ${uuid === null ? 'uuid' : 'value'}`);
    } else if (clusters.has(uuid)) {
      notices.push(`values[${index}] repeats the uuid ${uuid} (${name})`);
    } else {
      const row = { ...shared, uuid, value: name, description: textOf(value, 'description') };
      clusters.set(uuid, { row, elements: readElements(value.meta), relations: readRelations(value, name, notices) });
    }
  }
  return { kind: 'clusters', type, clusters: [...clusters.values()], notices };
}

function readElements(meta: unknown): { key: string; value: string }[] {
  if (!isObject(meta)) return [];
  return Object.entries(meta).flatMap(([key, value]) => textsOf(value).map((text) => ({ key, value: text })));
}

function readRelations(value: JsonObject, name: string, notices: string[]): ParsedCluster['relations'] {
  return objectsOf(value.related).flatMap((related) => {
    const target = uuidOrNull(related['dest-uuid']);
    if (target === null) {
      notices.push(`a relation of ${name} has no valid dest-uuid`);
      return [];
    }
    return [{ target, type: textOf(related, 'type'), tags: textsOf(related.tags ?? []) }];
  });
}

function writeGalaxies(tx: Transaction, galaxies: readonly ParsedGalaxy[], { force }: ImportOptions): Promise<number> {
  const byUuid = new Map(galaxies.map(({ row }) => [row.uuid, row]));
  return tx.execute(
    `insert into galaxies as g (uuid, name, type, description, version, icon, namespace, kill_chain_order)
     select * from json_to_recordset($1::json) as r (uuid uuid, name text, type text, description text, version text,
       icon text, namespace text, kill_chain_order jsonb)
     on conflict (uuid) do update set name = excluded.name, type = excluded.type, description = excluded.description,
       version = excluded.version, icon = excluded.icon, namespace = excluded.namespace,
       kill_chain_order = excluded.kill_chain_order
     where length(excluded.version) > length(g.version)
       or (length(excluded.version) = length(g.version) and excluded.version > g.version) or $2`,
    [rowsJson([...byUuid.values()]), force],
  );
}

async function writeCollection(
  tx: Transaction,
  { path, parsed }: Pick<LibraryItem<ParsedCollection>, 'path' | 'parsed'>,
  options: ImportOptions,
): Promise<WriteResult> {
  const notices: Notice[] = parsed.notices.map((reason) => ({ path, reason }));
  const galaxy = await tx.first<{ id: number }>('select id from galaxies where type = $1', [parsed.type]);
  if (galaxy === null)
    return { updated: 0, notices: [...notices, { path, reason: `no galaxy has the type ${parsed.type}` }] };
  const changed = await tx.query<{ id: number; uuid: string; inserted: boolean }>(
    `insert into galaxy_clusters as c (uuid, collection_uuid, type, value, tag_name, description, galaxy_id, source,
       authors, version, is_default, extends_uuid, extends_version)
     select uuid, collection_uuid, $2, value, 'misp-galaxy:' || $2 || '="' || value || '"', description, $3, source,
       authors, version, true, '', 0
     from json_to_recordset($1::json) as r (uuid uuid, collection_uuid text, value text, description text, source text,
       authors text[], version bigint)
     on conflict (galaxy_id, uuid) do update set collection_uuid = excluded.collection_uuid, value = excluded.value,
       tag_name = excluded.tag_name, description = excluded.description, source = excluded.source,
       authors = excluded.authors, version = excluded.version
     where c.is_default and (excluded.version > c.version or $4)
     returning id, uuid, xmax = 0 as inserted`,
    [rowsJson(parsed.clusters.map(({ row }) => row)), parsed.type, galaxy.id, options.force],
  );
  if (changed.length === 0) return { updated: 0, notices };
  await writeParts(tx, parsed.clusters, changed);
  return { updated: changed.length, notices };
}

async function writeParts(
  tx: Transaction,
  clusters: readonly ParsedCluster[],
  changed: readonly { id: number; uuid: string; inserted: boolean }[],
): Promise<void> {
  const replaced = changed.filter((row) => !row.inserted).map((row) => row.id);
  if (replaced.length > 0) {
    await tx.execute('delete from galaxy_elements where galaxy_cluster_id = any ($1::bigint[])', [replaced]);
    await tx.execute(
      'delete from galaxy_cluster_relations where is_default and galaxy_cluster_id = any ($1::bigint[])',
      [replaced],
    );
  }
  const ids = new Map(changed.map((row) => [row.uuid, row.id]));
  const written = clusters.flatMap((cluster) => {
    const id = ids.get(cluster.row.uuid);
    return id === undefined ? [] : [{ id, cluster }];
  });
  await tx.execute(
    `insert into galaxy_elements (galaxy_cluster_id, key, value)
     select c, k, v from json_to_recordset($1::json) as r (c bigint, k text, v text)`,
    [
      rowsJson(
        written.flatMap(({ id, cluster }) => cluster.elements.map(({ key, value }) => ({ c: id, k: key, v: value }))),
      ),
    ],
  );
  await tx.execute(
    `insert into galaxy_cluster_relations (galaxy_cluster_id, galaxy_cluster_uuid, referenced_galaxy_cluster_uuid,
       referenced_galaxy_cluster_type, is_default, tags)
     select c, s, d, t, true, g from json_to_recordset($1::json) as r (c bigint, s uuid, d uuid, t text, g text[])`,
    [
      rowsJson(
        written.flatMap(({ id, cluster }) =>
          cluster.relations.map(({ target, type, tags }) => ({
            c: id,
            s: cluster.row.uuid,
            d: target,
            t: type,
            g: tags,
          })),
        ),
      ),
    ],
  );
  await createRelationTags(
    tx,
    written.flatMap(({ cluster }) => cluster.relations.flatMap(({ tags }) => tags)),
  );
}

/** Relations carry tags, which exist like any other. */
async function createRelationTags(tx: Transaction, names: readonly string[]): Promise<void> {
  const distinct = [...new Set(names)].flatMap((name) => cleanTagName(name) ?? []).sort();
  if (distinct.length === 0) return;
  const known = await selectKnownTags(tx, distinct);
  // Without a taxonomy these have the colour of plain names, also where they look like a cluster's tag (as in MISP).
  const tags = distinct.map((name) => {
    const facts = known.get(name.toLowerCase());
    return describeNewTag(name, facts === undefined ? tagColour(name) : undefined, facts);
  });
  await tx.execute(
    `insert into tags (name, colour, numerical_value, is_galaxy, is_custom_galaxy)
     select * from json_to_recordset($1::json) as r (name text, colour text, "numericalValue" integer,
       "isGalaxy" boolean, "isCustomGalaxy" boolean)
     on conflict do nothing`,
    [rowsJson(tags)],
  );
}
