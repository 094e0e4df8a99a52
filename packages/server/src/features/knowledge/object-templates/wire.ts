import type { TemplateElementRow, TemplateRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** A template in MISP's JSON. Templates of the library belong to nobody. */
export function templateWire(template: TemplateRow): Wire {
  return {
    id: String(template.id),
    user_id: String(template.user_id),
    org_id: String(template.org_id),
    uuid: template.uuid,
    name: template.name,
    'meta-category': template.meta_category,
    description: template.description,
    version: String(template.version),
    // PHP writes an empty object as an empty list.
    requirements: Object.keys(template.requirements).length === 0 ? [] : template.requirements,
    fixed: template.fixed,
    active: template.active,
  };
}

/** An element in MISP's JSON. */
export function templateElementWire(element: TemplateElementRow): Wire {
  return {
    id: String(element.id),
    object_template_id: String(element.object_template_id),
    object_relation: element.object_relation,
    type: element.type,
    'ui-priority': String(element.ui_priority),
    categories: element.categories,
    sane_default: element.sane_default,
    values_list: element.values_list,
    description: element.description,
    disable_correlation: element.disable_correlation,
    multiple: element.multiple,
  };
}
