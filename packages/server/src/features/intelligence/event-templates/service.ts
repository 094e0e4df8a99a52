import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readInteger } from '../../../http/lenient.ts';
import { findTemplate, templateObjection } from '../../knowledge/object-templates/service.ts';
import { addEvent } from '../events/add.ts';
import { attachDefaultTags } from '../events/default-tags.ts';
import { definitionErrors } from './definition.ts';
import { fillIn } from './fill-in.ts';

/** A template as stored. */
export interface EventTemplateRow {
  id: number;
  uuid: string;
  name: string;
  description: string;
  org_id: number;
  creator_user_id: number;
  distribution: number;
  active: boolean;
  misp_default: boolean;
  exposed: boolean;
  version: number;
  definition: JsonObject;
  created: Date;
  modified: Date;
}

type Stored = Omit<EventTemplateRow, 'id' | 'created' | 'modified'>;

/** Visible templates, by name, at most `limit`. */
export function listTemplates(
  magpie: Magpie,
  viewer: Viewer,
  filter: { active: boolean | null; organisationId: number | null; text: string | null },
  page: { limit: number; offset: number },
): Promise<EventTemplateRow[]> {
  return magpie.database.as(viewer, (tx) =>
    tx.query<EventTemplateRow>(
      `select * from visible_event_templates
       where ($1::boolean is null or active = $1) and ($2::bigint is null or org_id = $2)
         and ($3::text is null or strpos(lower(name || ' ' || description), lower($3)) > 0)
       order by name, id limit $4 offset $5`,
      [filter.active, filter.organisationId, filter.text, page.limit, page.offset],
    ),
  );
}

/** A visible template by id or uuid. Throws `NotFound`. */
export function getTemplate(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<EventTemplateRow> {
  return magpie.database.as(viewer, (tx) => requireTemplate(tx, key));
}

async function requireTemplate(tx: Transaction, key: string | undefined, suffix = ''): Promise<EventTemplateRow> {
  const id = readId(key);
  const uuid = id === null ? readUuid(key) : null;
  const row =
    id === null && uuid === null
      ? null
      : await tx.first<EventTemplateRow>(
          `select * from visible_event_templates where ${id === null ? 'uuid' : 'id'} = $1${suffix}`,
          [id ?? uuid],
        );
  if (row === null) throw new NotFound('Invalid event template.');
  return row;
}

async function requireOwn(tx: Transaction, viewer: Viewer, key: string | undefined): Promise<EventTemplateRow> {
  const row = await requireTemplate(tx, key, ' for update');
  if (!isSiteAdmin(viewer) && row.org_id !== viewer.organisationId) {
    throw new Forbidden('Only the organisation that owns the template may change it.');
  }
  return row;
}

/** What is wrong with a definition; empty when nothing is. */
export function validateDefinition(magpie: Magpie, viewer: Viewer, definition: unknown): Promise<string[]> {
  return magpie.database.as(viewer, (tx) => definitionErrors(tx, definition));
}

/** Adds a template for the viewer's organisation. Throws `Invalid`. */
export function addTemplate(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<EventTemplateRow> {
  return magpie.database.as(viewer, async (tx) => {
    const wanted = await readTemplate(tx, body, null);
    return insertTemplate(tx, viewer, { ...wanted, uuid: wanted.uuid });
  });
}

/** Changes a template, which gets a new version when its definition changes. Throws `NotFound`, `Forbidden`, `Invalid`. */
export function editTemplate(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<EventTemplateRow> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await requireOwn(tx, viewer, key);
    return storeTemplate(tx, before, await readTemplate(tx, body, before));
  });
}

/** Removes a template. Events made of it stay. Throws `NotFound`, `Forbidden`. */
export function deleteTemplate(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireOwn(tx, viewer, key);
    await tx.execute('delete from visible_event_templates where id = $1', [row.id]);
    await recordChanges(tx, [{ ...change('delete', row), before: recorded(row) }]);
    return row.id;
  });
}

/** A copy of a visible template for the viewer's organisation. Throws `NotFound`. */
export function duplicateTemplate(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<EventTemplateRow> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await requireTemplate(tx, key);
    const name = `${row.name} (copy)`.slice(0, 255);
    return insertTemplate(tx, viewer, {
      ...row,
      ...{ uuid: randomUUID(), name, distribution: 0, misp_default: false, exposed: false, version: 1 },
    });
  });
}

/** How an import meets a template that is here already, by uuid. */
export type ImportMode = 'fail' | 'overwrite' | 'duplicate_as_new';

/**
 * Takes an exported template, or a file of MISP's library of event templates. Throws `Invalid`, also when the uuid is
 * here already and `mode` says nothing of it; `Forbidden` when the one here belongs to others.
 */
export function importTemplate(
  magpie: Magpie,
  viewer: Viewer,
  document: JsonObject,
  mode: ImportMode,
): Promise<EventTemplateRow> {
  return magpie.database.as(viewer, async (tx) => {
    const body = isObject(document.template) ? document.template : { definition: document, ...document };
    const uuid = readUuid(body.uuid);
    // Whether a uuid is taken is no secret to whoever wants to take it; what stands under it is.
    const known =
      uuid === null
        ? null
        : await tx.elevated('is the uuid taken', () =>
            tx.first('select id from event_templates where uuid = $1', [uuid]),
          );
    if (known !== null && mode === 'overwrite') {
      const before = await requireOwn(tx, viewer, uuid ?? undefined);
      return storeTemplate(tx, before, await readTemplate(tx, body, before));
    }
    if (known !== null && mode === 'fail') {
      throw new Invalid('', { uuid: ['A template with this uuid exists. Set mode to overwrite or duplicate_as_new.'] });
    }
    const wanted = await readTemplate(tx, body, null);
    return insertTemplate(tx, viewer, { ...wanted, uuid: known === null ? wanted.uuid : randomUUID() });
  });
}

/**
 * Makes an event of a template and what a user filled in, all or nothing. Throws `NotFound`, and `Invalid` with what
 * is wrong by id of field.
 */
export function instantiate(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  { values, overrides }: { values: JsonObject; overrides: JsonObject },
): Promise<{ id: number; uuid: string }> {
  return magpie.database.as(viewer, async (tx) => {
    const template = await requireTemplate(tx, key);
    const now = new Date(magpie.now() * 1000).toISOString();
    const filled = fillIn(template.definition, values, overrides, {
      ...{ date: now.slice(0, 10), now, email: viewer.email },
    });
    if ('errors' in filled) throw new Invalid('', filled.errors);
    await completeObjects(tx, filled.event);
    const added = await addEvent(magpie, tx, viewer, filled.event);
    await attachDefaultTags(magpie, tx, added.id);
    if (added.rejected.length > 0) {
      throw new Invalid('', Object.fromEntries(added.rejected.map(({ path, reason }) => [path, reason])));
    }
    await recordChanges(tx, [
      {
        ...change('instantiate', template),
        eventId: added.id,
        after: { template_uuid: template.uuid, template_version: template.version, event_uuid: added.uuid },
      },
    ]);
    return { id: added.id, uuid: added.uuid };
  });
}

/** Gives objects what their templates fix, and their attributes the types. */
async function completeObjects(tx: Transaction, event: JsonObject): Promise<void> {
  const objects = Array.isArray(event.Object) ? event.Object.filter(isObject) : [];
  const known = new Map<string, Awaited<ReturnType<typeof findTemplate>>>();
  for (const object of objects) {
    const uuid = String(object.template_uuid);
    if (!known.has(uuid)) known.set(uuid, await findTemplate(tx, uuid));
    const template = known.get(uuid) ?? null;
    if (template === null) throw new Invalid('', { [uuid]: ['The object template is not installed.'] });
    const members = Array.isArray(object.Attribute) ? object.Attribute.filter(isObject) : [];
    for (const member of members) {
      const relation = template.relations.get(String(member.object_relation));
      if (relation === undefined) {
        throw new Invalid('', {
          [`${template.name}.${member.object_relation}`]: ['The object template has no such field.'],
        });
      }
      member.type = relation.type;
    }
    const objection = templateObjection(
      template,
      members.map((member) => String(member.object_relation)),
    );
    if (objection !== null) throw new Invalid('', { [template.name]: [objection] });
    Object.assign(object, {
      ...{ name: template.name, 'meta-category': template.metaCategory, description: template.description },
      template_version: template.version,
    });
  }
}

/** Reads what a body says of a template, over what is stored. The definition holds name, description and uuid too. */
async function readTemplate(tx: Transaction, body: JsonObject, before: EventTemplateRow | null): Promise<Stored> {
  const given = typeof body.definition === 'string' ? parse(body.definition) : body.definition;
  const definition = given === undefined ? before?.definition : given;
  const errors = await definitionErrors(tx, definition);
  if (errors.length > 0 || !isObject(definition)) throw new Invalid('', { definition: errors });
  const name = body.name ?? definition.name ?? before?.name;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 255) {
    throw new Invalid('', { name: ['A name of at most 255 characters is needed.'] });
  }
  const distribution = readInteger(body.distribution) ?? before?.distribution ?? 0;
  if (distribution !== 0 && distribution !== 1) {
    throw new Invalid('', { distribution: ['0 for the own organisation, 1 for everyone on this instance.'] });
  }
  const description = body.description ?? definition.description ?? before?.description;
  return {
    uuid: before?.uuid ?? readUuid(body.uuid) ?? readUuid(definition.uuid) ?? randomUUID(),
    name: name.trim(),
    description: typeof description === 'string' ? description : '',
    org_id: before?.org_id ?? 0,
    creator_user_id: before?.creator_user_id ?? 0,
    distribution,
    active: readBoolean(body.active) ?? before?.active ?? true,
    misp_default: readBoolean(body.misp_default) ?? before?.misp_default ?? false,
    exposed: readBoolean(body.exposed) ?? before?.exposed ?? false,
    version: before?.version ?? 1,
    definition,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Invalid('', { definition: ['It is not JSON.'] });
    throw error;
  }
}

async function insertTemplate(tx: Transaction, viewer: Viewer, wanted: Stored): Promise<EventTemplateRow> {
  const row = await tx.first<EventTemplateRow>(
    `insert into visible_event_templates (uuid, name, description, org_id, creator_user_id, distribution, active,
       misp_default, exposed, version, definition)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (uuid) do nothing returning *`,
    [
      ...[wanted.uuid, wanted.name, wanted.description, viewer.organisationId, viewer.userId, wanted.distribution],
      ...[wanted.active, wanted.misp_default, wanted.exposed, wanted.version, JSON.stringify(wanted.definition)],
    ],
  );
  if (row === null) throw new Invalid('', { uuid: ['The UUID provided is not unique'] });
  await recordChanges(tx, [{ ...change('add', row), after: recorded(row) }]);
  return row;
}

async function storeTemplate(tx: Transaction, before: EventTemplateRow, wanted: Stored): Promise<EventTemplateRow> {
  const changed = difference(recorded(before), recorded(wanted));
  if (changed === null) return before;
  const row = await tx.first<EventTemplateRow>(
    `update visible_event_templates set name = $2, description = $3, distribution = $4, active = $5, misp_default = $6,
       exposed = $7, version = $8, definition = $9, modified = now() where id = $1 returning *`,
    [
      ...[before.id, wanted.name, wanted.description, wanted.distribution, wanted.active, wanted.misp_default],
      ...[wanted.exposed, before.version + 1, JSON.stringify(wanted.definition)],
    ],
  );
  if (row === null) throw new NotFound('Invalid event template.');
  await recordChanges(tx, [{ ...change('edit', row), ...changed }]);
  return row;
}

function recorded(row: Stored): Record<string, unknown> {
  const { name, description, distribution, active, misp_default, exposed, definition } = row;
  return { name, description, distribution, active, misp_default, exposed, definition };
}

function change(action: string, row: EventTemplateRow) {
  return { model: 'EventTemplate', action, modelId: row.id, modelUuid: row.uuid, title: row.name };
}
