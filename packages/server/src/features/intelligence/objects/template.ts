import { readUuidShape } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { type JsonObject, readId, readInteger } from '../../../http/lenient.ts';
import { findTemplate, type ObjectTemplate } from '../../knowledge/object-templates/service.ts';

/**
 * The template that an object names: in the path by id or uuid (there with a version of its own), else in the body by
 * uuid and version. Without a version the newest; null when this instance does not know it.
 */
export async function findNamedTemplate(
  tx: Transaction,
  path: { template?: string | undefined; version?: string | undefined },
  body: JsonObject,
): Promise<ObjectTemplate | null> {
  const named = await readPath(tx, path);
  const byPath = named === null ? null : await findTemplate(tx, named.uuid, named.version);
  if (byPath !== null) return byPath;
  const uuid = readUuidShape(body.template_uuid);
  return uuid === null ? null : findTemplate(tx, uuid, readInteger(body.template_version) ?? undefined);
}

async function readPath(
  tx: Transaction,
  { template, version }: { template?: string | undefined; version?: string | undefined },
): Promise<{ uuid: string; version: number | undefined } | null> {
  const uuid = readUuidShape(template);
  if (uuid !== null) return { uuid, version: readInteger(version) ?? undefined };
  const id = readId(template);
  // The id is that of one version of the template.
  return id === null ? null : tx.first('select uuid, version from object_templates where id = $1', [id]);
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
      'meta-category': template.metaCategory,
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
