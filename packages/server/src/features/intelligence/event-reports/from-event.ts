import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readList, readObjects, unwrap } from '../../../http/lenient.ts';
import { readEvent } from '../events/read.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';
import { addReport } from './manage-reports.ts';
import { escapeMarkdown } from './markdown.ts';
import type { ListedReportRow } from './queries.ts';

/** Attributes, and objects, that a report lists; the rest is told by number. */
const MAX_LISTED = 1000;
const THREAT_LEVELS = ['', 'High', 'Medium', 'Low', 'Undefined'];
const ANALYSES = ['Initial', 'Ongoing', 'Completed'];

/**
 * Makes a report that tells what an event holds: its facts, its tags and clusters, its attributes and objects as
 * references. `filters` (type, category, to_ids) narrow the attributes. Throws `NotFound`, `Forbidden`.
 */
export async function reportFromEvent(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  body: unknown,
): Promise<ListedReportRow> {
  const filters = readFilters(body);
  const { id, content } = await magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey);
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden('You do not have permission to do that.');
    const options = { noShadowAttributes: true, noSightings: true, noEventReports: true };
    const read = await readEvent(magpie, tx, viewer, event.id, options);
    return { id: event.id, content: eventMarkdown(read?.Event ?? {}, filters) };
  });
  const name = `Event report (${magpie.now()})`;
  return addReport(magpie, viewer, String(id), { name, content, distribution: 5 });
}

interface Filters {
  types: unknown[] | null;
  categories: unknown[] | null;
  toIds: boolean | null;
}

function readFilters(body: unknown): Filters {
  const sent = unwrap(body, 'EventReport');
  const filters = isObject(sent.filters) ? sent.filters : {};
  return {
    types: readList(filters.type) ?? null,
    categories: readList(filters.category) ?? null,
    toIds: readBoolean(filters.to_ids) ?? null,
  };
}

/** The text of a report on an event in MISP's JSON. */
export function eventMarkdown(event: JsonObject, filters: Filters): string {
  const orgc = isObject(event.Orgc) ? event.Orgc : {};
  const wanted = (attribute: JsonObject) =>
    (filters.types === null || filters.types.includes(attribute.type)) &&
    (filters.categories === null || filters.categories.includes(attribute.category)) &&
    (filters.toIds === null || filters.toIds === attribute.to_ids);
  const attributes = readObjects(event.Attribute).filter(wanted);
  const objects = readObjects(event.Object);
  const sections = [
    `# ${escapeMarkdown(String(event.info ?? ''))}`,
    table([
      ['Date', String(event.date)],
      ['Creator', escapeMarkdown(String(orgc.name ?? ''))],
      ['Threat level', THREAT_LEVELS[Number(event.threat_level_id)] ?? ''],
      ['Analysis', ANALYSES[Number(event.analysis)] ?? ''],
    ]),
    contextSection(event),
    listSection('Attributes', attributes, (attribute) =>
      [`@[attribute](${attribute.uuid})`, escapeMarkdown(String(attribute.comment ?? ''))].filter(Boolean).join(' '),
    ),
    listSection('Objects', objects, (object) =>
      [`@[object](${object.uuid})`, escapeMarkdown(String(object.comment ?? ''))].filter(Boolean).join(' '),
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Tags, clusters by galaxy, and a matrix for each galaxy that has one. */
function contextSection(event: JsonObject): string {
  const tags = readObjects(event.Tag).filter((tag) => tag.is_galaxy !== true);
  const galaxies = readObjects(event.Galaxy);
  const lines = [
    ...(tags.length > 0 ? [`**Tags** ${tags.map((tag) => `@[tag](${tag.name})`).join(' ')}`] : []),
    ...galaxies.map((galaxy) => {
      const clusters = readObjects(galaxy.GalaxyCluster).map((cluster) => `@[tag](${cluster.tag_name})`);
      return `**${escapeMarkdown(String(galaxy.name))}** ${clusters.join(' ')}`;
    }),
    ...galaxies.flatMap((galaxy) => (isObject(galaxy.kill_chain_order) ? [`@[galaxymatrix](${galaxy.uuid})`] : [])),
  ];
  return lines.length === 0 ? '' : `## Context\n\n${lines.join('\n\n')}`;
}

function listSection(title: string, elements: readonly JsonObject[], line: (element: JsonObject) => string): string {
  if (elements.length === 0) return '';
  const listed = elements.slice(0, MAX_LISTED).map((element) => `- ${line(element)}`);
  const more = elements.length - listed.length;
  return [`## ${title}`, '', ...listed, ...(more > 0 ? ['', `and ${more} more.`] : [])].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
