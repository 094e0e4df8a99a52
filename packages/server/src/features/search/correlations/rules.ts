import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readId, readText } from '../../../http/lenient.ts';
import { wildEndsPattern } from './rule-conditions.ts';

/** A correlation rule as stored. */
export interface RuleRow {
  id: number;
  uuid: string;
  name: string;
  comment: string;
  selector_type: string;
  selector_list: unknown[];
  created: number;
  timestamp: number;
}

const SELECTORS: ReadonlySet<string> = new Set(['orgc_id', 'org_id', 'event_id', 'event_info']);
const NO_RULE = 'Invalid CorrelationRule.';
const MAX_LIST = 1000;

/** Rules by id, a page of them. */
export function listRules(magpie: Magpie, page: { limit: number; offset: number }): Promise<RuleRow[]> {
  return magpie.database.asSystem('correlation rules', (tx) =>
    tx.query<RuleRow>('select * from correlation_rules order by id limit $1 offset $2', [page.limit, page.offset]),
  );
}

/** One rule. Throws `NotFound`. */
export async function readRule(magpie: Magpie, id: number | null): Promise<RuleRow> {
  const row = await magpie.database.asSystem('correlation rule', (tx) =>
    tx.first<RuleRow>('select * from correlation_rules where id = $1', [id]),
  );
  if (row === null) throw new NotFound(NO_RULE);
  return row;
}

/** Makes a rule (`id` null), or changes what the body names of one. */
export function saveRule(magpie: Magpie, viewer: Viewer, id: number | null, body: JsonObject): Promise<RuleRow> {
  return magpie.database.asSystem('correlation rule', async (tx) => {
    const before =
      id === null ? null : await tx.first<RuleRow>('select * from correlation_rules where id = $1 for update', [id]);
    if (id !== null && before === null) throw new NotFound(NO_RULE);
    const values = readValues(body, before);
    const columns = [
      values.name,
      values.comment,
      values.type,
      JSON.stringify(values.list),
      values.ids,
      values.patterns,
    ];
    const row = await tx.first<RuleRow>(
      before === null
        ? `insert into correlation_rules (name, comment, selector_type, selector_list, ids, patterns)
           values ($1, $2, $3, $4::jsonb, $5, $6) returning *`
        : `update correlation_rules set name = $1, comment = $2, selector_type = $3, selector_list = $4::jsonb,
             ids = $5, patterns = $6, timestamp = extract(epoch from now())::bigint where id = $7 returning *`,
      before === null ? columns : [...columns, before.id],
    );
    if (row === null) throw new Error('the rule was not stored');
    const after = { name: row.name, selector_type: row.selector_type, selector_list: row.selector_list };
    const action = before === null ? 'add' : 'edit';
    await recordChanges(tx, [{ model: 'CorrelationRule', action, modelId: row.id, title: row.name, after }], viewer);
    return row;
  });
}

/** Deletes a rule and returns its id. Throws `NotFound`. */
export function removeRule(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.asSystem('correlation rule', async (tx) => {
    const row = await tx.first<RuleRow>('delete from correlation_rules where id = $1 returning *', [id]);
    if (row === null) throw new NotFound(NO_RULE);
    await recordChanges(tx, [{ model: 'CorrelationRule', action: 'delete', modelId: row.id, title: row.name }], viewer);
    return row.id;
  });
}

function readValues(body: JsonObject, before: RuleRow | null) {
  const name = readText(body, 'name') ?? before?.name ?? '';
  const type = readText(body, 'selector_type') ?? before?.selector_type ?? '';
  const list = body.selector_list === undefined && before ? before.selector_list : readSelectors(body.selector_list);
  const errors: Record<string, string[]> = {};
  if (name.trim() === '') errors.name = ['A name is expected.'];
  if (!SELECTORS.has(type)) errors.selector_type = [`One of ${[...SELECTORS].join(', ')} is expected.`];
  if (list === null) errors.selector_list = ['A list, also as JSON text, is expected.'];
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  const texts = (list ?? []).map(String);
  return {
    name: name.slice(0, 191),
    comment: (readText(body, 'comment') ?? before?.comment ?? '').slice(0, 65_535),
    type,
    list: list ?? [],
    ids: type === 'event_info' ? [] : texts.map(readId).filter((id) => id !== null),
    patterns: type === 'event_info' ? texts.map((text) => wildEndsPattern(text.toLowerCase())) : [],
  };
}

function readSelectors(given: unknown): (string | number)[] | null {
  let list = given;
  if (typeof given === 'string') {
    try {
      list = JSON.parse(given);
    } catch {
      return null;
    }
  }
  if (!Array.isArray(list) || list.length > MAX_LIST) return null;
  const isSelector = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return list.every(isSelector) ? list : null;
}
