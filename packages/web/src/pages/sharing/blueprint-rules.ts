import type { Organisation } from '../../api/wire.ts';

/** What blueprints select organisations by, as MISP names it in their rules. */
export const ruleSelectors = [
  'org_sector',
  'org_nationality',
  'org_type',
  'org_name',
  'org_id',
  'org_uuid',
  'sharing_group_id',
  'sharing_group_uuid',
] as const;

/** Fields of organisations that a rule may look at. */
export type RuleSelector = (typeof ruleSelectors)[number];

/** Whether one of the parts of a group has to hold, or each. */
export type RuleJoin = 'OR' | 'AND';

/** An organisation meets it when its field is one of the values. */
export interface RuleCondition {
  readonly selector: RuleSelector;
  readonly values: readonly string[];
}

/**
 * Conditions and further groups, joined, without what meets an exception. MISP's JSON keeps each selector and each join
 * once in a group, so a group holds at most one group of either join.
 */
export interface RuleGroup {
  readonly join: RuleJoin;
  readonly conditions: readonly RuleCondition[];
  readonly groups: readonly RuleGroup[];
  readonly exceptions: readonly RuleCondition[];
}

/** A group that nothing was put into yet. */
export const emptyGroup = (join: RuleJoin): RuleGroup => ({ join, conditions: [], groups: [], exceptions: [] });

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSelector = (name: string): name is RuleSelector => ruleSelectors.some((selector) => selector === name);

function readCondition(name: string, value: unknown): RuleCondition | undefined {
  const values = Array.isArray(value) ? value : [value];
  const texts = values.filter((entry) => typeof entry === 'string' || typeof entry === 'number').map(String);
  return isSelector(name) && texts.length === values.length ? { selector: name, values: texts } : undefined;
}

function readConditions(content: unknown): readonly RuleCondition[] | undefined {
  if (!isFields(content)) return undefined;
  const conditions = Object.entries(content).map(([name, value]) => readCondition(name, value));
  const known = conditions.filter((condition) => condition !== undefined);
  return known.length === conditions.length ? known : undefined;
}

function readGroup(join: RuleJoin, content: unknown): RuleGroup | undefined {
  if (!isFields(content)) return undefined;
  const { OR: any, AND: all, NOT: not, ...rest } = content;
  const conditions = readConditions(rest);
  const exceptions = not === undefined ? [] : readConditions(not);
  const groups = [
    ...(any === undefined ? [] : [readGroup('OR', any)]),
    ...(all === undefined ? [] : [readGroup('AND', all)]),
  ];
  const known = groups.filter((group) => group !== undefined);
  if (conditions === undefined || exceptions === undefined || known.length < groups.length) return undefined;
  return { join, conditions, groups: known, exceptions };
}

/** Rules as MISP keeps them, as groups; undefined for what is no JSON or says what groups cannot. */
export function readRules(text: string): RuleGroup | undefined {
  let rules: unknown;
  try {
    rules = JSON.parse(text);
  } catch {
    // Half-typed JSON: the text stays as it is, for the expert to finish.
    return undefined;
  }
  // The outermost level is an OR; with nothing beside it, a single group says as much alone, and so do its exceptions.
  const top = readGroup('OR', rules);
  const [only] = top?.groups ?? [];
  if (top === undefined || only === undefined || top.groups.length > 1 || top.conditions.length > 0) return top;
  if (top.exceptions.length === 0) return only;
  return only.exceptions.length === 0 ? { ...only, exceptions: top.exceptions } : top;
}

const fieldsOf = (conditions: readonly RuleCondition[]) =>
  Object.fromEntries(conditions.map(({ selector, values }) => [selector, values]));

function writeGroup(group: RuleGroup): Fields {
  return {
    ...fieldsOf(group.conditions),
    ...Object.fromEntries(group.groups.map((inner) => [inner.join, writeGroup(inner)])),
    ...(group.exceptions.length === 0 ? {} : { NOT: fieldsOf(group.exceptions) }),
  };
}

/** Groups as MISP's JSON. */
export const writeRules = (group: RuleGroup): string => JSON.stringify({ [group.join]: writeGroup(group) }, null, 2);

/** Whether a group, at any depth, has a condition without a value or nothing to select by. */
export function isUnfinished(group: RuleGroup): boolean {
  const lacksValue = [...group.conditions, ...group.exceptions].some(({ values }) => values.length === 0);
  return lacksValue || group.conditions.length + group.groups.length === 0 || group.groups.some(isUnfinished);
}

const factOf: Readonly<Partial<Record<RuleSelector, (organisation: Organisation) => string | null | undefined>>> = {
  org_sector: (organisation) => organisation.sector,
  org_nationality: (organisation) => organisation.nationality,
  org_type: (organisation) => organisation.type,
  org_name: (organisation) => organisation.name,
  org_id: (organisation) => organisation.id,
  org_uuid: (organisation) => organisation.uuid,
};

/** Values that organisations have in a field, each once and sorted; none for members of sharing groups. */
export function valuesOf(selector: RuleSelector, organisations: readonly Organisation[]): readonly string[] {
  const fact = factOf[selector];
  if (fact === undefined) return [];
  return [...new Set(organisations.map((organisation) => fact(organisation) ?? ''))]
    .filter((text) => text !== '')
    .sort();
}

/** Whether the rules ask for members of sharing groups, which only the server knows. */
export const asksForGroups = (group: RuleGroup): boolean =>
  [...group.conditions, ...group.exceptions].some(({ selector }) => factOf[selector] === undefined) ||
  group.groups.some(asksForGroups);

/** Whether the rules select an organisation; conditions on sharing groups count as not met. */
export function selects(group: RuleGroup, organisation: Organisation): boolean {
  const meets = ({ selector, values }: RuleCondition) => values.includes(factOf[selector]?.(organisation) ?? '');
  const parts = [...group.conditions.map(meets), ...group.groups.map((inner) => selects(inner, organisation))];
  const isSelected = group.join === 'OR' ? parts.includes(true) : parts.length > 0 && !parts.includes(false);
  return isSelected && !group.exceptions.some(meets);
}
