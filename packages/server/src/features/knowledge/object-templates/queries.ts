import type { Transaction } from '../../../database/transaction.ts';

/** What a template demands of an object's relations. */
export interface Requirements {
  required?: string[];
  requiredOneOf?: string[];
}

/** A version of an object template as stored. */
export interface TemplateRow {
  id: number;
  user_id: number;
  org_id: number;
  uuid: string;
  name: string;
  meta_category: string;
  description: string;
  version: number;
  requirements: Requirements;
  fixed: boolean;
  active: boolean;
}

/** A relation of a template as stored. */
export interface TemplateElementRow {
  id: number;
  object_template_id: number;
  object_relation: string;
  type: string;
  ui_priority: number;
  categories: string[];
  sane_default: string[];
  values_list: string[];
  description: string;
  disable_correlation: boolean | null;
  multiple: boolean;
}

const columns = `id, user_id, org_id, uuid, name, meta_category, description, version, requirements, fixed, active`;

/** Templates, the active ones or all versions. Some hundred rows. */
export function selectTemplates(tx: Transaction, includeInactive: boolean): Promise<TemplateRow[]> {
  return tx.query<TemplateRow>(`select ${columns} from object_templates where active or $1 order by id`, [
    includeInactive,
  ]);
}

/** One template: by id; or by uuid or name the given version, else the newest. */
export function selectTemplate(
  tx: Transaction,
  key: { id: number } | { uuid: string; version?: number | undefined } | { name: string },
): Promise<TemplateRow | null> {
  if ('id' in key) return tx.first<TemplateRow>(`select ${columns} from object_templates where id = $1`, [key.id]);
  if ('name' in key) {
    return tx.first<TemplateRow>(
      `select ${columns} from object_templates where name = $1 order by active desc, version desc limit 1`,
      [key.name],
    );
  }
  return tx.first<TemplateRow>(
    `select ${columns} from object_templates where uuid = $1 and ($2::bigint is null or version = $2)
     order by version desc limit 1`,
    [key.uuid, key.version ?? null],
  );
}

/** The elements of a template. */
export function selectElements(tx: Transaction, templateId: number): Promise<TemplateElementRow[]> {
  return tx.prepared<TemplateElementRow>(
    `select id, object_template_id, object_relation, type, ui_priority, categories, sane_default, values_list,
       description, disable_correlation, multiple
     from object_template_elements where object_template_id = $1 order by id`,
    [templateId],
  );
}

/** The library's file of a template, as it was. */
export async function selectDefinition(tx: Transaction, templateId: number): Promise<unknown> {
  const row = await tx.first<{ definition: unknown }>('select definition from object_templates where id = $1', [
    templateId,
  ]);
  return row?.definition ?? null;
}

/** A template with how well attributes of some types fit into it. */
export interface FittingTemplateRow extends TemplateRow {
  /** Of the types, those that it has a relation for. */
  fitting: string[];
  /** Required relations (one of them is enough where so said) that the types can fill. */
  is_complete: boolean;
}

/** Active templates with a relation for one of the types, those for most of them and complete ones first. */
export function selectFittingTemplates(tx: Transaction, types: readonly string[]): Promise<FittingTemplateRow[]> {
  return tx.query<FittingTemplateRow>(
    `with fit as (
       select object_template_id, array_agg(distinct type order by type) as fitting,
         array_agg(distinct object_relation) as relations
       from object_template_elements where type = any ($1::text[]) group by 1
     )
     select ${columns}, fitting, (
         coalesce(array(select jsonb_array_elements_text(case jsonb_typeof(requirements::jsonb -> 'required')
           when 'array' then requirements::jsonb -> 'required' else '[]' end)), '{}') <@ relations
         and (coalesce(jsonb_array_length(case jsonb_typeof(requirements::jsonb -> 'requiredOneOf')
           when 'array' then requirements::jsonb -> 'requiredOneOf' else '[]' end), 0) = 0
           or array(select jsonb_array_elements_text(case jsonb_typeof(requirements::jsonb -> 'requiredOneOf')
             when 'array' then requirements::jsonb -> 'requiredOneOf' else '[]' end)) && relations)
       ) as is_complete
     from object_templates join fit on fit.object_template_id = id where active
     order by cardinality(fitting) desc, is_complete desc, name, id`,
    [types],
  );
}
