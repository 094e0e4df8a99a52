import type { AttackMatrix, ExportContext } from '@magpie/formats';
import { BadRequest } from '../../../errors.ts';
import type { ExportSearch } from './export-search.ts';
import { foundEvents } from './found-events.ts';

/** A tag on the found events. */
interface MetTag {
  readonly name: string;
  readonly colour: string;
  /** Events that carry it, on themselves or on an attribute. */
  readonly events: number;
}

/** The tags of the found events and of what they hold, as far as the reader sees them: as many as there are tags. */
async function readMetTags(search: ExportSearch): Promise<MetTag[]> {
  const { sql, values } = foundEvents(search);
  const local = search.excludeLocalTags ? 'and not l.local' : '';
  return search.tx.query<{ name: string; colour: string; events: number }>(
    `with found as (${sql}), met as (
       select l.tag_id, l.event_id from visible_event_tags l where l.event_id in (select id from found) ${local}
       union select l.tag_id, l.event_id from visible_attribute_tags l
         join visible_attributes a on a.id = l.attribute_id and not a.deleted
         where l.event_id in (select id from found) ${local}
     )
     select g.name, g.colour, count(*) as events from met join visible_tags g on g.id = met.tag_id
     ${search.parameters.flag('includeAllTags') ? '' : 'where g.exportable'}
     group by g.id, g.name, g.colour order by g.name`,
    values,
  );
}

/** What tags and clusters say about the found events. */
export async function readContext(search: ExportSearch): Promise<ExportContext> {
  const tags = await readMetTags(search);
  const names = tags.map(({ name }) => name.toLowerCase());
  const colours = new Map(tags.map(({ name, colour }) => [name.toLowerCase(), { name, colour }]));
  return { taxonomies: await readTaxonomies(search, names, colours), galaxies: await readGalaxies(search, names) };
}

type Colours = ReadonlyMap<string, { name: string; colour: string }>;

async function readTaxonomies({ tx }: ExportSearch, names: readonly string[], colours: Colours) {
  interface Row {
    namespace: string;
    about: string;
    tag: string;
    predicate: string;
    value: string | null;
    expanded: string | null;
    predicate_expanded: string | null;
    description: string | null;
  }
  const rows = await tx.query<Row>(
    `select x.namespace, x.description as about, t.tag, t.predicate, t.value, t.expanded, t.predicate_expanded,
       t.description
     from taxonomy_tags t join taxonomies x on x.id = t.taxonomy_id
     where lower(t.tag) = any ($1) order by x.namespace, t.tag`,
    [names],
  );
  return Array.from(
    Map.groupBy(rows, ({ namespace }) => namespace),
    ([namespace, group]) => ({
      namespace,
      description: group[0]?.about ?? '',
      tags: group.map((row) => {
        const shown = colours.get(row.tag.toLowerCase());
        const own = row.expanded ?? row.description ?? '';
        return {
          name: shown?.name ?? row.tag,
          colour: shown?.colour ?? '',
          predicate: { value: row.predicate, text: row.value === null ? own : (row.predicate_expanded ?? '') },
          entry: row.value === null ? null : { value: row.value, text: own },
        };
      }),
    }),
  );
}

async function readGalaxies({ tx }: ExportSearch, names: readonly string[]) {
  interface Row {
    galaxy: string;
    icon: string;
    about: string;
    id: number;
    value: string;
    description: string;
  }
  const rows = await tx.query<Row>(
    `select g.name as galaxy, g.icon, g.description as about, c.id, c.value, c.description
     from visible_galaxy_clusters c join galaxies g on g.id = c.galaxy_id
     where lower(c.tag_name) = any ($1) and not c.deleted order by g.name, c.value`,
    [names],
  );
  return Array.from(
    Map.groupBy(rows, ({ galaxy }) => galaxy),
    ([name, clusters]) => ({
      name,
      icon: clusters[0]?.icon ?? '',
      description: clusters[0]?.about ?? '',
      clusters,
    }),
  );
}

const DEFAULT_GALAXY = 'mitre-attack-pattern';

/**
 * The matrix of the galaxy that `attackGalaxy` names, with how many of the found events carry each technique. Throws
 * `BadRequest` for a galaxy that has no matrix; the one of ATT&CK is empty until the library has it.
 */
export async function readMatrix(search: ExportSearch): Promise<AttackMatrix> {
  const { tx, parameters } = search;
  const type = String(parameters.get('attackGalaxy') ?? DEFAULT_GALAXY);
  const galaxy = await tx.first<{ id: number; uuid: string; name: string; type: string; kill_chain_order: unknown }>(
    'select id, uuid, name, type, kill_chain_order from galaxies where type = $1',
    [type],
  );
  const tabs = readTabs(galaxy?.kill_chain_order);
  if (galaxy === null || tabs === null) {
    if (type !== DEFAULT_GALAXY) throw new BadRequest('Invalid value for attackGalaxy: no such galaxy has a matrix.');
    return { galaxy: { uuid: '', name: type, type }, tabs: {}, techniques: [] };
  }
  const counts = new Map((await readMetTags(search)).map(({ name, events }) => [name.toLowerCase(), events]));
  interface Row {
    id: number;
    value: string;
    tag_name: string;
    elements: { key: string; value: string }[] | null;
  }
  const rows = await tx.query<Row>(
    `select c.id, c.value, c.tag_name,
       (select json_agg(json_build_object('key', l.key, 'value', l.value) order by l.id) from visible_galaxy_elements l
        where l.galaxy_cluster_id = c.id and l.key in ('kill_chain', 'external_id')) as elements
     from visible_galaxy_clusters c where c.galaxy_id = $1 and not c.deleted order by c.value`,
    [galaxy.id],
  );
  return {
    galaxy: { uuid: galaxy.uuid, name: galaxy.name, type: galaxy.type },
    tabs,
    techniques: rows.map((row) => ({
      id: row.id,
      name: row.value,
      tagName: row.tag_name,
      externalId: row.elements?.find(({ key }) => key === 'external_id')?.value ?? '',
      places: (row.elements ?? []).filter(({ key }) => key === 'kill_chain').map(({ value }) => value),
      count: counts.get(row.tag_name.toLowerCase()) ?? 0,
    })),
  };
}

function readTabs(sent: unknown): Record<string, string[]> | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const tabs = Object.entries(sent).map(([name, phases]) => [name, Array.isArray(phases) ? phases.map(String) : []]);
  return Object.fromEntries(tabs);
}
