type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function inner(holder: unknown, key: string): Json[] {
  return isJson(holder) ? list(holder[key]) : [];
}

/** The elements of an event's package in python-stix's JSON form, by kind and id, without what means nothing. */
export function partsOf(own: Json): Map<string, unknown> {
  const parts = new Map<string, unknown>();
  const [incident = {}] = list(own.incidents);
  for (const one of inner(incident.related_indicators, 'indicators'))
    parts.set(`indicator ${idOf(one.indicator)}`, one);
  for (const one of inner(incident.related_observables, 'observables')) {
    parts.set(`observable ${idOf(one.observable)}`, one);
  }
  for (const one of inner(own.ttps, 'ttps')) parts.set(`ttp ${idOf(one)}`, { ...one, timestamp: null });
  for (const key of ['courses_of_action', 'threat_actors', 'campaigns']) {
    for (const one of list(own[key])) parts.set(`${key} ${idOf(one)}`, { ...one, timestamp: null });
  }
  for (const [key, value] of Object.entries(incident)) {
    if (key !== 'related_indicators' && key !== 'related_observables') parts.set(`incident ${key}`, value);
  }
  return new Map([...parts].map(([key, value]) => [key, normal(value)]));
}

function idOf(value: unknown): string {
  return isJson(value) ? String(value.id) : '';
}

/** Lists whose order means nothing. */
const unordered = new Set(['observables', 'custom_properties', 'hashes', 'marking_structures']);
/** Said in one form only, and nothing besides; times of the run. */
const left = new Set(['timestamp_precision', 'time_precision', 'encoded']);

function normal(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item));
    return unordered.has(key) ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (!isJson(value)) return value;
  const entries = Object.entries(value)
    .filter(([name]) => !left.has(name))
    .map(([name, item]): [string, unknown] => [name, normal(item, name)])
    .filter(([, item]) => item !== null && JSON.stringify(item) !== '{}' && JSON.stringify(item) !== '[]')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const isRule = entries.length === 1 && 'encoded' in value;
  return isRule ? entries[0]?.[1] : Object.fromEntries(entries);
}

/** What differs between the elements of two packages, one line each. */
export function comparePackages(theirs: ReadonlyMap<string, unknown>, ours: ReadonlyMap<string, unknown>): string[] {
  const lines: string[] = [];
  for (const [key, value] of theirs) {
    if (!ours.has(key)) lines.push(`${key}: missing`);
    else lines.push(...differences(value, ours.get(key), '').map((line) => `${key}: ${line}`));
  }
  for (const key of ours.keys()) if (!theirs.has(key)) lines.push(`${key}: extra`);
  return lines;
}

function differences(theirs: unknown, ours: unknown, path: string): string[] {
  if (JSON.stringify(theirs) === JSON.stringify(ours)) return [];
  if (isJson(theirs) && isJson(ours)) {
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    return names.flatMap((name) => differences(theirs[name], ours[name], `${path}/${name}`));
  }
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    return theirs.flatMap((item, index) => differences(item, ours[index], `${path}[]`));
  }
  return [`${path} ${JSON.stringify(theirs)} became ${JSON.stringify(ours)}`.slice(0, 400)];
}
