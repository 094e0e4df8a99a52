import { categoryTable } from './category-table.ts';
import { type TypeFacts, typeTable } from './type-table.ts';

const typesByName: ReadonlyMap<string, TypeFacts> = new Map(typeTable.map((facts) => [facts.type, facts]));
const typesByCategory: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  categoryTable.map((category) => [category.name, new Set(category.types)]),
);

/** Names of all attribute types, in the order describeTypes lists them. */
export const attributeTypes: readonly string[] = typeTable.map((facts) => facts.type);

/** Names of all categories, in the order describeTypes lists them. */
export const attributeCategories: readonly string[] = categoryTable.map((category) => category.name);

/** What is known of a type, or null when there is no such type. */
export function typeFacts(type: string): TypeFacts | null {
  return typesByName.get(type) ?? null;
}

/** True for a type that attributes may have. */
export function isAttributeType(type: string): boolean {
  return typesByName.has(type);
}

/** True for a category that attributes may have. */
export function isAttributeCategory(category: string): boolean {
  return typesByCategory.has(category);
}

/** True when attributes of `type` may be filed under `category`. */
export function isTypeInCategory(type: string, category: string): boolean {
  return typesByCategory.get(category)?.has(type) ?? false;
}

/** Types of a category, in the order describeTypes lists them; none for an unknown one. */
export function typesOfCategory(category: string): readonly string[] {
  return categoryTable.find((candidate) => candidate.name === category)?.types ?? [];
}

/** Categories a type may be filed under. */
export function categoriesOfType(type: string): readonly string[] {
  return attributeCategories.filter((category) => isTypeInCategory(type, category));
}

/** The `result` of attributes/describeTypes. */
export interface DescribedTypes {
  readonly sane_defaults: Readonly<Record<string, { readonly default_category: string; readonly to_ids: 0 | 1 }>>;
  readonly types: readonly string[];
  readonly categories: readonly string[];
  readonly category_type_mappings: Readonly<Record<string, readonly string[]>>;
}

/** Types, categories and defaults in the form that clients fetch. */
export function describeTypes(): DescribedTypes {
  return {
    sane_defaults: Object.fromEntries(
      typeTable.map((facts) => [facts.type, { default_category: facts.defaultCategory, to_ids: facts.toIds ? 1 : 0 }]),
    ),
    types: attributeTypes,
    categories: attributeCategories,
    category_type_mappings: Object.fromEntries(categoryTable.map((category) => [category.name, category.types])),
  };
}
