import type { DescribeTypes } from '../../api/wire.ts';

/** Categories that allow a type, in the server's order. */
export const categoriesOf = (types: DescribeTypes, type: string): readonly string[] =>
  types.categories.filter((category) => types.category_type_mappings[category]?.includes(type) ?? false);

/** The category after a change of type: the old one while it still allows the type, else the type's own. */
export function categoryForType(types: DescribeTypes, type: string, current: string): string {
  const allowed = categoriesOf(types, type);
  if (allowed.includes(current)) return current;
  return types.sane_defaults[type]?.default_category ?? allowed[0] ?? 'Other';
}
