import type { ObjectInput, ObjectTemplateView } from '../../api/attributes.ts';
import type { ReviewRow } from './review-table.tsx';

/** Rows of a review that become members of one object, and those that stay attributes by themselves. */
export interface SplitRows {
  readonly object: ObjectInput;
  readonly members: readonly ReviewRow[];
  readonly others: readonly ReviewRow[];
}

/**
 * Puts rows into an object of a template: each takes the relation of its type that forms show first and that is free
 * or takes several. Null when no row fits.
 */
export function splitForObject(
  rows: readonly ReviewRow[],
  { ObjectTemplate: template, ObjectTemplateElement: elements }: ObjectTemplateView,
): SplitRows | null {
  const byUse = [...elements].sort((a, b) => Number(b['ui-priority']) - Number(a['ui-priority']));
  const taken = new Set<string>();
  const members: ReviewRow[] = [];
  const others: ReviewRow[] = [];
  const attributes: ObjectInput['Attribute'][number][] = [];
  for (const row of rows) {
    const element = byUse.find(
      ({ type, object_relation: relation, multiple }) => type === row.type && (multiple || !taken.has(relation)),
    );
    if (element === undefined) {
      others.push(row);
      continue;
    }
    taken.add(element.object_relation);
    members.push(row);
    attributes.push({
      object_relation: element.object_relation,
      type: row.type,
      category: row.category,
      value: row.value,
      to_ids: row.toIds,
      comment: row.comment,
    });
  }
  if (members.length === 0) return null;
  return {
    object: {
      name: template.name,
      'meta-category': template['meta-category'],
      description: template.description,
      template_uuid: template.uuid,
      template_version: template.version,
      distribution: '5',
      Attribute: attributes,
    },
    members,
    others,
  };
}
