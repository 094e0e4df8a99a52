import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readObjects } from '../../../http/lenient.ts';
import type { GalaxyRow } from '../../knowledge/galaxies/rows.ts';
import { galaxyWire } from '../../knowledge/galaxies/wire.ts';
import { selectTagsByName } from '../../knowledge/tags/queries.ts';
import { type TagRow, tagColumns } from '../../knowledge/tags/rows.ts';
import { tagWire } from '../../knowledge/tags/wire.ts';
import { type Assembly, assembleAttributes, assembleObjects } from '../events/assemble.ts';
import { loadAttributes } from '../events/load.ts';
import { readEvent } from '../events/read.ts';
import type { AttributeRow, ObjectRow } from '../events/rows.ts';
import { findReportByText } from './manage-reports.ts';
import { findReferences } from './markdown.ts';
import type { ReportRow } from './queries.ts';

/** Of larger events only what the report names is given. */
const WHOLE_EVENT = 2000;
const MAX_REFERENCES = 5000;

/**
 * What a page needs to show the references of a report: attributes and objects by uuid (all of the event where it is
 * small, as in MISP, else those named), templates of the objects by `uuid.version`, matrices by uuid, tags by name.
 * What the viewer may not see is missing. Throws `NotFound`.
 */
export function proxyElements(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<JsonObject> {
  return magpie.database.as(viewer, async (tx) => {
    const report = await findReportByText(tx, key);
    if (report === null) throw new NotFound('Invalid report');
    const event = await eventContent(magpie, tx, viewer, report);
    const members = readObjects(event.Object).flatMap((object) => readObjects(object.Attribute));
    const links = await attributeLinks(tx, [...readObjects(event.Attribute), ...members]);
    const proxyAttribute = (attribute: JsonObject) => withLinks(attribute, links);
    const objects = readObjects(event.Object).map((object) => ({
      ...object,
      Attribute: readObjects(object.Attribute).map((member) => ({
        ...proxyAttribute(member),
        object_uuid: object.uuid,
      })),
    }));
    const attributes = [
      ...readObjects(event.Attribute).map(proxyAttribute),
      ...objects.flatMap((object) => object.Attribute),
    ];
    return {
      attribute: byKey(attributes, 'uuid'),
      object: byKey(objects, 'uuid'),
      objectTemplates: await templatesOf(tx, objects),
      galaxymatrix: await matrices(tx),
      tagname: await namedTags(tx, report, event, attributes),
    };
  });
}

async function eventContent(magpie: Magpie, tx: Transaction, viewer: Viewer, report: ReportRow): Promise<JsonObject> {
  const size = await tx.first<{ live: number }>(
    'select coalesce(sum(live), 0)::bigint as live from visible_event_attribute_counts where event_id = $1',
    [report.event_id],
  );
  if ((size?.live ?? 0) <= WHOLE_EVENT) {
    const options = { noShadowAttributes: true, noSightings: true, noEventReports: true };
    return (await readEvent(magpie, tx, viewer, report.event_id, options))?.Event ?? {};
  }
  const uuids = findReferences(report.content)
    .filter(({ kind }) => kind === 'attribute' || kind === 'object')
    .map(({ target }) => target.toLowerCase())
    .filter((target) => /^[0-9a-f-]{36}$/.test(target))
    .slice(0, MAX_REFERENCES);
  const assembly: Assembly = { magpie, tx, options: { noShadowAttributes: true, noSightings: true } };
  const named = await tx.query<AttributeRow>(
    'select * from visible_attributes where uuid = any ($2::uuid[]) and event_id = $1 and not deleted',
    [report.event_id, uuids],
  );
  const objects = await tx.query<ObjectRow>(
    'select * from visible_objects where uuid = any ($2::uuid[]) and event_id = $1 and not deleted',
    [report.event_id, uuids],
  );
  const objectIds = objects.map((object) => object.id);
  const members = await loadAttributes(tx, [report.event_id], { objectIds }, 'live', assembly.options);
  return {
    Attribute: await assembleAttributes(assembly, named),
    Object: await assembleObjects(assembly, objects, members, 'live'),
  };
}

/** A tag on an attribute with its number, by `attribute tag`. */
type Links = ReadonlyMap<string, JsonObject>;

async function attributeLinks(tx: Transaction, attributes: readonly JsonObject[]): Promise<Links> {
  const tagged = attributes.filter((attribute) => readObjects(attribute.Tag).length > 0);
  if (tagged.length === 0) return new Map();
  const rows = await tx.query<TagRow & { link_id: number; attribute_id: number; local: boolean; relation: string }>(
    `select l.id as link_id, l.attribute_id, l.local, l.relationship_type as relation, ${tagColumns}
     from visible_attribute_tags l join visible_tags t on t.id = l.tag_id where l.attribute_id = any ($1::bigint[])`,
    [tagged.map((attribute) => Number(attribute.id))],
  );
  return new Map(
    rows.map(({ link_id, attribute_id, local, relation, ...tag }) => [
      `${attribute_id} ${tag.id}`,
      {
        ...{ id: String(link_id), attribute_id: String(attribute_id), tag_id: String(tag.id), local },
        relationship_type: relation,
        // Of the tag itself nothing is said of how it relates: MISP leaves that to the link.
        Tag: { ...tagWire(tag), local, relationship_type: relation === '' ? null : relation },
      },
    ]),
  );
}

/** Tags in the form of links, and groups by their number alone, as MISP gives them here. */
function withLinks(attribute: JsonObject, links: Links): JsonObject {
  const { Tag, ShadowAttribute: _none, SharingGroup: _group, ...fields } = attribute;
  const own = readObjects(Tag).flatMap((tag) => links.get(`${attribute.id} ${tag.id}`) ?? []);
  return { ...fields, AttributeTag: own };
}

async function templatesOf(tx: Transaction, objects: readonly JsonObject[]): Promise<JsonObject> {
  const wanted = new Map(
    objects.map(({ template_uuid, template_version }) => [
      `${template_uuid}.${template_version}`,
      { uuid: String(template_uuid), version: Number(template_version) },
    ]),
  );
  if (wanted.size === 0) return {};
  const rows = await tx.query<{ key: string; template: JsonObject; elements: JsonObject[] }>(
    `select t.uuid || '.' || t.version as key,
       jsonb_build_object('id', t.id::text, 'user_id', t.user_id::text, 'org_id', t.org_id::text, 'uuid', t.uuid,
         'name', t.name, 'meta-category', t.meta_category, 'description', t.description, 'version', t.version::text,
         'requirements', t.requirements, 'fixed', t.fixed, 'active', t.active) as template,
       (select coalesce(jsonb_agg(jsonb_build_object('object_relation', e.object_relation, 'type', e.type,
           'ui-priority', e.ui_priority::text, 'object_template_id', t.id::text)
           order by e.ui_priority desc, e.object_relation), '[]')
         from object_template_elements e where e.object_template_id = t.id) as elements
     from unnest($1::text[], $2::bigint[]) as w (uuid, version)
       join object_templates t on t.uuid::text = w.uuid and t.version = w.version`,
    [[...wanted.values()].map(({ uuid }) => uuid), [...wanted.values()].map(({ version }) => version)],
  );
  return Object.fromEntries(
    rows.map(({ key, template, elements }) => [key, { ObjectTemplate: template, ObjectTemplateElement: elements }]),
  );
}

/** Galaxies that can be shown as a matrix: some dozen. */
async function matrices(tx: Transaction): Promise<JsonObject> {
  const rows = await tx.query<GalaxyRow>(
    'select * from galaxies where enabled and kill_chain_order is not null order by id',
  );
  return Object.fromEntries(rows.map((row) => [row.uuid, galaxyWire(row)]));
}

/** Tags of the event and its attributes, and those that the text names. */
async function namedTags(
  tx: Transaction,
  report: ReportRow,
  event: JsonObject,
  attributes: readonly JsonObject[],
): Promise<JsonObject> {
  const attached = [
    ...readObjects(event.Tag),
    ...attributes.flatMap((attribute) => readObjects(attribute.AttributeTag).map((link) => link.Tag)).filter(isObject),
  ];
  const named = findReferences(report.content).flatMap(({ kind, target }) => (kind === 'tag' ? [target] : []));
  const names = [...new Set([...named, ...attached.map((tag) => String(tag.name))])].slice(0, MAX_REFERENCES);
  const rows = names.length === 0 ? [] : await selectTagsByName(tx, names);
  const onEvent = new Map(attached.map((tag) => [String(tag.name), tag]));
  return Object.fromEntries(
    rows.map((row) => {
      const { local = false, relationship_type = null } = onEvent.get(row.name) ?? {};
      return [row.name, { ...tagWire(row), local, relationship_type }];
    }),
  );
}

function byKey(elements: readonly JsonObject[], key: string): JsonObject {
  return Object.fromEntries(elements.map((element) => [String(element[key]), element]));
}
