/** Where texts within an event are looked for: the words of `MISP.event_view_filter_fields`, but for `tag.name`. */
export const searchedFields: readonly { name: string; attribute: readonly string[]; object: readonly string[] }[] = [
  { name: 'id', attribute: ['a.id'], object: ['o.id'] },
  { name: 'uuid', attribute: ['a.uuid::text'], object: ['o.uuid::text'] },
  { name: 'value', attribute: ['a.value1', 'a.value2'], object: [] },
  { name: 'comment', attribute: ['a.comment'], object: ['o.comment'] },
  // What an object and its attributes are is told by their names too.
  { name: 'type', attribute: ['a.type', "coalesce(a.object_relation, '')"], object: ['o.name'] },
  { name: 'category', attribute: ['a.category'], object: [] },
];

/** The words of a list separated by commas, in lower case. */
export function readSearchedFields(text: string): Set<string> {
  return new Set(text.split(',').map((word) => word.trim().toLowerCase()));
}

/** The conditions of an attribute (alias `a`) of which one holds where it has the text; `part` is the pattern's placeholder. */
export function attributeHolds(fields: ReadonlySet<string>, part: string): string[] {
  const conditions = searchedFields
    .filter(({ name }) => fields.has(name))
    .flatMap(({ attribute: columns }) => columns.map((column) => holds(column, part)));
  if (fields.has('tag.name')) {
    conditions.push(`exists (select from visible_attribute_tags t join visible_tags g on g.id = t.tag_id
        where t.attribute_id = a.id and ${holds('g.name', part)})`);
  }
  return conditions;
}

/** Numbers are compared whole: parts of them would be found everywhere. */
export function holds(column: string, part: string): string {
  return column.endsWith('.id') ? `'%' || ${column} || '%' = ${part}` : `lower(${column}) like ${part}`;
}

/** False when there is no condition, naming the parameter all the same: one that is never named has no type. */
export function anyOf(conditions: readonly string[], parameter: string): string {
  return conditions.length === 0 ? `${parameter}::text is null` : `(${conditions.join(' or ')})`;
}
