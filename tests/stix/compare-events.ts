type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** How events are compared. */
export interface Comparison {
  /** Attributes of objects are known by their relation and value: readers that make uuids of what they read differ. */
  readonly membersByValue?: boolean;
  /** References are known by their ends and word alone. */
  readonly referencesByEnds?: boolean;
}

/** What a round trip has to keep of an event, by element: nothing that a server sets by itself. */
export function essence(
  event: Json,
  { membersByValue = false, referencesByEnds = false }: Comparison = {},
): Map<string, Json> {
  const kept = new Map<string, Json>();
  kept.set('event', {
    ...pick(event, ['uuid', 'info', 'date', 'threat_level_id', 'analysis', 'extends_uuid']),
    disable_correlation: isSet(event.disable_correlation),
    ...commonParts(event),
  });
  for (const attribute of list(event.Attribute)) {
    if (attribute.deleted !== true) kept.set(`attribute ${attribute.uuid}`, attributeParts(attribute));
  }
  for (const object of list(event.Object)) {
    if (object.deleted === true) continue;
    kept.set(`object ${object.uuid}`, {
      ...pick(object, ['name', 'meta-category', 'comment', 'first_seen', 'last_seen', 'template_uuid']),
      ...commonParts(object),
      references: list(object.ObjectReference)
        .filter(({ deleted }) => deleted !== true)
        .map((reference) =>
          pick(reference, [...(referencesByEnds ? [] : ['uuid']), 'referenced_uuid', 'relationship_type', 'comment']),
        )
        .map((reference) => JSON.stringify(reference))
        .sort(),
    });
    for (const attribute of list(object.Attribute)) {
      if (attribute.deleted === true) continue;
      const own = membersByValue
        ? `${object.name} ${object.uuid} ${attribute.object_relation} ${attribute.type} ${attribute.value}`
        : attribute.uuid;
      kept.set(`member ${own}`, attributeParts(attribute));
    }
  }
  for (const report of list(event.EventReport)) {
    if (report.deleted === true) continue;
    kept.set(`report ${report.uuid}`, { ...pick(report, ['name', 'content']), ...commonParts(report) });
  }
  return kept;
}

function isSet(value: unknown): boolean {
  return value === true || value === '1';
}

function attributeParts(attribute: Json): Json {
  const parts = [...['type', 'category', 'value', 'comment', 'object_relation', 'first_seen', 'last_seen', 'data']];
  return {
    ...pick(attribute, parts),
    to_ids: isSet(attribute.to_ids),
    disable_correlation: isSet(attribute.disable_correlation),
    ...commonParts(attribute),
    sightings: list(attribute.Sighting)
      .map((sighting) => JSON.stringify(pick(sighting, ['uuid', 'type', 'source', 'date_sighting'])))
      .sort(),
  };
}

const TIMES = ['created', 'modified'];
const NOTE = ['uuid', 'note', 'authors', 'language', ...TIMES];
const OPINION = ['uuid', 'opinion', 'comment', 'authors', ...TIMES];
const RELATIONSHIP = ['uuid', 'related_object_uuid', 'related_object_type', 'relationship_type', 'authors', ...TIMES];

function commonParts(element: Json): Json {
  return {
    tags: list(element.Tag)
      .map(({ name }) => String(name))
      .sort(),
    notes: entries(element, 'Note', NOTE),
    opinions: entries(element, 'Opinion', OPINION),
    relationships: entries(element, 'Relationship', RELATIONSHIP),
  };
}

function entries(element: Json, key: string, names: readonly string[]): unknown[] {
  return list(element[key])
    .map((entry) => ({
      ...pick(entry, names),
      notes: entries(entry, 'Note', NOTE),
      opinions: entries(entry, 'Opinion', OPINION),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function pick(json: Json, names: readonly string[]): Json {
  const picked: Json = {};
  for (const name of names) {
    const value = json[name];
    if (value !== undefined && value !== null && value !== '') picked[name] = plain(name, value);
  }
  return picked;
}

/** Times, to the microsecond, and numbers in one spelling. */
function plain(name: string, value: unknown): unknown {
  if (name === 'first_seen' || name === 'last_seen') {
    const [, part = ''] = /\.(\d+)/.exec(String(value)) ?? [];
    return `${new Date(String(value)).toISOString().slice(0, 19)}.${part.padEnd(6, '0').slice(0, 6)}`;
  }
  return typeof value === 'number' ? String(value) : value;
}

/** What differs between two events, one line each. */
export function compareEvents(before: Json, after: Json, comparison: Comparison = {}): string[] {
  const left = essence(before, comparison);
  const right = essence(after, comparison);
  const lines: string[] = [];
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined) lines.push(`${key}: lost${labelOf(value)}`);
    else {
      for (const name of new Set([...Object.keys(value), ...Object.keys(other)])) {
        const was = JSON.stringify(value[name]);
        const is = JSON.stringify(other[name]);
        if (was !== is) lines.push(`${key}: ${name}: ${was} became ${is}`);
      }
    }
  }
  for (const key of right.keys()) if (!left.has(key)) lines.push(`${key}: added${labelOf(right.get(key))}`);
  return lines;
}

/** What an element is, for those that only one of the events has. */
function labelOf(parts: Json | undefined): string {
  const { type, value, name } = parts ?? {};
  return type === undefined ? (name === undefined ? '' : `: ${name}`) : `: ${type} ${value}`;
}
