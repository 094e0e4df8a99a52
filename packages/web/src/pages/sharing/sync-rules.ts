/** What a connection or a feed takes or leaves, as one fills it in: names everywhere, and the search by lines. */
export interface SyncRules {
  readonly tagsOr: readonly string[];
  readonly tagsNot: readonly string[];
  readonly orgsOr: readonly string[];
  readonly orgsNot: readonly string[];
  readonly typesNot: readonly string[];
  readonly objectsNot: readonly string[];
  /** `name: value`, one parameter of the search on each line. */
  readonly parameters: string;
}

const ruleLists = ['tagsOr', 'tagsNot', 'orgsOr', 'orgsNot', 'typesNot', 'objectsNot'] as const;

/** The lists of a synchronisation's rules. */
export type RuleList = (typeof ruleLists)[number];

/** Where MISP's rules keep each list. */
const places: Readonly<Record<RuleList, readonly [string, 'OR' | 'NOT']>> = {
  tagsOr: ['tags', 'OR'],
  tagsNot: ['tags', 'NOT'],
  orgsOr: ['orgs', 'OR'],
  orgsNot: ['orgs', 'NOT'],
  typesNot: ['type_attributes', 'NOT'],
  objectsNot: ['type_objects', 'NOT'],
};

type Fields = Readonly<Record<string, unknown>>;

/** Names for what is stored by id or uuid; whatever has none keeps what is stored. */
export type Names = Readonly<Partial<Record<RuleList, ReadonlyMap<string, string>>>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseFields(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** The search of a pull, which MISP keeps as JSON text, as lines of `name: value`. */
function parameterLines(stored: unknown): string {
  const fields = isFields(stored) ? stored : typeof stored === 'string' ? parseFields(stored) : {};
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

/** A value of a line: a list, an object, a number or a truth value as JSON writes it; any other text as it is. */
function lineValue(text: string): unknown {
  if (!/^([[{].*|true|false|-?\d+)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Lines that are no `name: value`. */
export function badParameters(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^\w+\s*:\s*\S/.test(line));
}

/** MISP's JSON (sync protocol: servers' `pull_rules`, `push_rules`; feeds' `rules`) as it is filled in. */
export function readSyncRules(text: string, names: Names = {}): SyncRules {
  const stored = parseFields(text);
  const list = (name: RuleList): readonly string[] => {
    const [part, operator] = places[name];
    const group = stored[part];
    const values = isFields(group) ? group[operator] : [];
    return (Array.isArray(values) ? values : []).map((value) => names[name]?.get(String(value)) ?? String(value));
  };
  const [tagsOr, tagsNot, orgsOr, orgsNot, typesNot, objectsNot] = ruleLists.map(list);
  return {
    tagsOr: tagsOr ?? [],
    tagsNot: tagsNot ?? [],
    orgsOr: orgsOr ?? [],
    orgsNot: orgsNot ?? [],
    typesNot: typesNot ?? [],
    objectsNot: objectsNot ?? [],
    parameters: parameterLines(stored.url_params),
  };
}

/** What was filled in as MISP's JSON; parts of `before` that the form does not know are kept. */
export function writeSyncRules(rules: Partial<SyncRules>, before: string, names: Names = {}): string {
  const stored: Record<string, unknown> = { ...parseFields(before) };
  for (const name of ruleLists) {
    const values = rules[name];
    if (values === undefined) continue;
    const [part, operator] = places[name];
    const keys = new Map([...(names[name] ?? [])].map(([key, shown]) => [shown, key]));
    const group = stored[part];
    stored[part] = { ...(isFields(group) ? group : {}), [operator]: values.map((value) => keys.get(value) ?? value) };
  }
  if (rules.parameters !== undefined) {
    const lines = rules.parameters.split('\n').filter((line) => line.trim() !== '');
    const fields = lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), lineValue(line.slice(colon + 1).trim())] as const;
    });
    stored.url_params = fields.length === 0 ? '' : JSON.stringify(Object.fromEntries(fields));
  }
  return JSON.stringify(stored);
}

/** What is typed but has no id here: rules that are kept by id cannot name it. */
export function unknownNames(
  rules: SyncRules,
  names: Names,
  lists: readonly RuleList[],
): readonly [list: RuleList, name: string][] {
  return lists.flatMap((list) => {
    const known = new Set(names[list]?.values());
    return rules[list]
      .filter((name) => !known.has(name) && !/^\d+$/.test(name))
      .map((name): [RuleList, string] => [list, name]);
  });
}
