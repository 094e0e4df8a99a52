import { randomUUID } from 'node:crypto';
import { isAttributeType, readUuid } from '@magpie/model';
import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readInteger, readKey } from '../../../http/lenient.ts';
import { UnusableFile } from '../content/fields.ts';
import { objectTemplateImport } from '../content/object-template-import.ts';
import { selectTemplate, type TemplateRow } from './queries.ts';

const MOST_RELATIONS = 500;
/** Where the library would keep it. */
const OWN_PATH = 'objects/own/definition.json';
const COLLECTION_FIELDS = ['categories', 'sane_default', 'values_list'] as const;

/**
 * Stores a template of one's own, in the form of the library's files or in that of `objectTemplates/view`. Returns its
 * id. Throws `Invalid` for what makes no template, and where its uuid is taken.
 */
export function addOwnTemplate(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<number> {
  const uuid = readUuid(body.uuid) ?? randomUUID();
  const definition = definitionOf(body, { uuid, version: Math.max(1, readInteger(body.version) ?? 1) });
  return magpie.database.asSystem('own object template', async (tx) => {
    if (await selectTemplate(tx, { uuid })) throw new Invalid('', { uuid: ['A template with this uuid exists.'] });
    return store(tx, viewer, definition, 'add');
  });
}

/**
 * Stores a newer version of a template of one's own, which becomes the active one. Returns the id of the version.
 * Throws `NotFound`, `Forbidden` for those of the library and of other organisations, `Invalid`.
 */
export function editOwnTemplate(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  body: JsonObject,
): Promise<number> {
  return magpie.database.asSystem('own object template', async (tx) => {
    const key = readKey(idOrUuid);
    const known = key && (await selectTemplate(tx, key));
    if (!known) throw new NotFound('Invalid object template');
    if (!mayChange(viewer, known)) throw new Forbidden('You can only edit object templates of your organisation.');
    const newest = (await selectTemplate(tx, { uuid: known.uuid })) ?? known;
    const version = Math.max(newest.version + 1, readInteger(body.version) ?? 0);
    return store(tx, viewer, definitionOf(body, { uuid: known.uuid, version }), 'edit');
  });
}

/** Templates of the library are changed by nobody; others by their organisation and by site administrators. */
export function mayChange(viewer: Viewer, template: TemplateRow): boolean {
  if (template.fixed) return false;
  return isSiteAdmin(viewer) || (can(viewer, 'perm_object_template') && template.org_id === viewer.organisationId);
}

type Definition = JsonObject & { uuid: string; version: number };

async function store(tx: Transaction, viewer: Viewer, definition: Definition, action: 'add' | 'edit'): Promise<number> {
  try {
    const item = objectTemplateImport.read(OWN_PATH, Buffer.from(JSON.stringify(definition)));
    if (typeof item === 'string') throw new UnusableFile(item);
    await objectTemplateImport.write(tx, [{ path: OWN_PATH, ...item }], {
      force: false,
      hostOrganisationId: viewer.organisationId,
    });
  } catch (error) {
    if (error instanceof UnusableFile) throw new Invalid('', { ObjectTemplate: [error.message] });
    throw error;
  }
  const { uuid, version, name } = definition;
  const row = await tx.first<{ id: number }>(
    `update object_templates set fixed = false, user_id = $3, org_id = $4 where uuid = $1 and version = $2 returning id`,
    [uuid, version, viewer.userId, viewer.organisationId],
  );
  if (row === null) throw new Error('the template was not stored');
  const change = { model: 'ObjectTemplate', action, modelId: row.id, modelUuid: uuid, title: String(name) };
  await recordChanges(tx, [{ ...change, after: { version } }], viewer);
  return row.id;
}

function definitionOf(body: JsonObject, identity: { uuid: string; version: number }): Definition {
  const attributes = isObject(body.attributes) ? body.attributes : attributesOfElements(body.ObjectTemplateElement);
  const relations = Object.keys(attributes);
  if (relations.length === 0) throw new Invalid('', { attributes: ['A template needs at least one attribute.'] });
  if (relations.length > MOST_RELATIONS) throw new Invalid('', { attributes: ['There are too many attributes.'] });
  const unknown = Object.values(attributes).find(
    (element) => !isObject(element) || !isAttributeType(String(element['misp-attribute'])),
  );
  if (unknown !== undefined) throw new Invalid('', { attributes: ['Each needs a known type as "misp-attribute".'] });
  const requirements = isObject(body.requirements) ? body.requirements : body;
  const rules: JsonObject = {};
  for (const kind of ['required', 'requiredOneOf'] as const) {
    const listed = requirements[kind];
    if (listed === undefined || listed === null) continue;
    const names = Array.isArray(listed) ? listed : [listed];
    if (!names.every((name) => relations.includes(String(name)))) {
      throw new Invalid('', { [kind]: ['Only attributes of the template can be required.'] });
    }
    rules[kind] = names.map(String);
  }
  const { name, description } = body;
  return { ...identity, name, 'meta-category': body['meta-category'] ?? 'misc', description, ...rules, attributes };
}

/** The elements of `objectTemplates/view` as the library's files have them: by relation. */
function attributesOfElements(sent: unknown): JsonObject {
  const attributes: JsonObject = {};
  for (const element of Array.isArray(sent) ? sent : []) {
    if (!isObject(element) || typeof element.object_relation !== 'string') continue;
    attributes[element.object_relation] = {
      'misp-attribute': element.type,
      'ui-priority': readInteger(element['ui-priority']) ?? 0,
      description: element.description ?? '',
      multiple: readBoolean(element.multiple) ?? false,
      ...(readBoolean(element.disable_correlation) === true ? { disable_correlation: true } : {}),
      ...Object.fromEntries(COLLECTION_FIELDS.flatMap((field) => (element[field] ? [[field, element[field]]] : []))),
    };
  }
  return attributes;
}
