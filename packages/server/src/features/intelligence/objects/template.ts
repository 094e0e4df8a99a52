import { readUuidShape } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { type JsonObject, readId, readInteger } from '../../../http/lenient.ts';

/** What of an object template decides about objects made by it. */
export interface ObjectTemplate {
  id: number;
  uuid: string;
  version: number;
  name: string;
  meta_category: string;
  description: string;
  requirements: { required?: readonly string[]; requiredOneOf?: readonly string[] };
  /** Relations that may occur once only. */
  single: readonly string[];
}

/**
 * The template that an object names: in the path by id or uuid (there with a version of its own), else in the body by
 * uuid and version. Without a version the newest; null when this instance does not know it.
 */
export async function findNamedTemplate(
  tx: Transaction,
  path: { template?: string | undefined; version?: string | undefined },
  body: JsonObject,
): Promise<ObjectTemplate | null> {
  const byPath = await findTemplate(tx, path.template, readInteger(path.version));
  return byPath ?? findTemplate(tx, readUuidShape(body.template_uuid), readInteger(body.template_version));
}

/** One indexed look-up, by id or by (uuid, version). */
async function findTemplate(
  tx: Transaction,
  idOrUuid: string | null | undefined,
  version: number | null,
): Promise<ObjectTemplate | null> {
  const id = readId(idOrUuid);
  const uuid = readUuidShape(idOrUuid);
  if (id === null && uuid === null) return null;
  return tx.first<ObjectTemplate>(
    `select t.id, t.uuid, t.version, t.name, t.meta_category, t.description, t.requirements,
       coalesce((select array_agg(e.object_relation) from object_template_elements e
         where e.object_template_id = t.id and not e.multiple), '{}') as single
     from object_templates t
     where (t.id = $1 or t.uuid = $2) and ($3::bigint is null or t.version = $3) order by t.version desc limit 1`,
    [id, uuid, version],
  );
}

/**
 * The object body with what the template fixes. Unknown template: the body as it is, which then has to bring those
 * fields itself; the first one missing is told.
 */
export function applyTemplate(
  body: JsonObject,
  template: ObjectTemplate | null,
): { body: JsonObject } | { missing: string } {
  if (template !== null) {
    const fixed = {
      name: template.name,
      'meta-category': template.meta_category,
      description: template.description,
      template_uuid: template.uuid,
      template_version: template.version,
    };
    return { body: { ...body, ...fixed } };
  }
  const missing = ['name', 'meta-category', 'description', 'template_version', 'template_uuid'].find((field) => {
    const value = Object.hasOwn(body, field) ? body[field] : undefined;
    return value === undefined || value === null || value === '';
  });
  return missing === undefined ? { body } : { missing };
}

/** The rule of the template that an object with these relations breaks, in MISP's words; null when it conforms. */
export function brokenRule(template: ObjectTemplate, relations: readonly string[]): string | null {
  const present = new Set(relations);
  const { required = [], requiredOneOf = [] } = template.requirements;
  const absent = required.find((relation) => !present.has(relation));
  if (absent !== undefined) {
    return `Could not save the object as a required attribute is not set (${absent})`;
  }
  if (requiredOneOf.length > 0 && !requiredOneOf.some((relation) => present.has(relation))) {
    return `Could not save the object as it requires at least one of the following attributes to be set: ${requiredOneOf.join(', ')}`;
  }
  const single = new Set(template.single);
  const repeated = relations.some((relation, index) => single.has(relation) && relations.indexOf(relation) !== index);
  return repeated ? REPEATED : null;
}

const REPEATED =
  'Could not save the object as a unique relationship within the object was assigned to more than one attribute. This is only allowed if the multiple flag is set in the object template.';
