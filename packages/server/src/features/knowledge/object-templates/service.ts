import type { Transaction } from '../../../database/transaction.ts';
import { selectElements, selectTemplate } from './queries.ts';

/** A template as objects are checked against it. */
export interface ObjectTemplate {
  id: number;
  uuid: string;
  version: number;
  name: string;
  metaCategory: string;
  description: string;
  required: readonly string[];
  requiredOneOf: readonly string[];
  /** Relations that the template knows -> whether an object may have several. */
  relations: ReadonlyMap<string, { type: string; multiple: boolean }>;
}

/** The template with this uuid, in the given version or else the newest; null when it is not known here. */
export async function findTemplate(tx: Transaction, uuid: string, version?: number): Promise<ObjectTemplate | null> {
  const row = await selectTemplate(tx, { uuid, version });
  if (row === null) return null;
  const elements = await selectElements(tx, row.id);
  return {
    id: row.id,
    uuid: row.uuid,
    version: row.version,
    name: row.name,
    metaCategory: row.meta_category,
    description: row.description,
    required: row.requirements.required ?? [],
    requiredOneOf: row.requirements.requiredOneOf ?? [],
    relations: new Map(
      elements.map(({ object_relation, type, multiple }) => [object_relation, { type, multiple }] as const),
    ),
  };
}

/**
 * Why an object whose attributes have these relations does not fit the template, in MISP's words; null when it fits.
 * Relations that the template does not know are accepted.
 */
export function templateObjection(template: ObjectTemplate, relations: readonly string[]): string | null {
  const present = new Set(relations);
  const missing = template.required.find((relation) => !present.has(relation));
  if (missing !== undefined) return `Could not save the object as a required attribute is not set (${missing})`;
  if (template.requiredOneOf.length > 0 && !template.requiredOneOf.some((relation) => present.has(relation))) {
    return `Could not save the object as it requires at least one of the following attributes to be set: ${template.requiredOneOf.join(', ')}`;
  }
  const seen = new Set<string>();
  for (const relation of relations) {
    if (seen.has(relation) && template.relations.get(relation)?.multiple === false) {
      return 'Could not save the object as a unique relationship within the object was assigned to more than one attribute. This is only allowed if the multiple flag is set in the object template.';
    }
    seen.add(relation);
  }
  return null;
}

/** Types of a template's relations. */
export interface TemplateRelations {
  readonly name: string;
  readonly uuid: string;
  readonly version: number;
  readonly metaCategory: string;
  readonly description: string;
  readonly types: ReadonlyMap<string, string>;
}

/** The active templates of these names, in one statement. */
export async function relationsOfTemplates(tx: Transaction, names: readonly string[]): Promise<TemplateRelations[]> {
  const rows = await tx.query<{
    name: string;
    uuid: string;
    version: number;
    meta_category: string;
    description: string;
    types: Record<string, string>;
  }>(
    `select distinct on (t.name) t.name, t.uuid, t.version, t.meta_category, t.description,
       (select json_object_agg(e.object_relation, e.type) from object_template_elements e
        where e.object_template_id = t.id) as types
     from object_templates t where t.name = any ($1::text[]) order by t.name, t.active desc, t.version desc`,
    [names],
  );
  return rows.map(({ meta_category: metaCategory, types, ...row }) => ({
    ...row,
    metaCategory,
    types: new Map(Object.entries(types ?? {})),
  }));
}
