/**
 * Where a member of the JSON form stands in the XML form: its key, its element (`@name` for an attribute), the shape of
 * what it holds, and the element of each item where a list is wrapped in the first element. Without a shape it is text,
 * or `{value, ...attributes}`.
 */
export type Field = readonly [key: string, element: string, shape?: string | undefined, item?: string];

/** Shapes by name; fields stand in the order of the schema's sequence. */
export type Shapes = Readonly<Record<string, readonly Field[]>>;
