import { isAttributeType } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readText } from '../../../http/lenient.ts';
import { linearExpression } from '../../knowledge/warninglists/matching/expression-index.ts';
import { IMPORT_RULES_CHANNEL, type ImportRuleRow } from './import-rules.ts';

const COLUMNS = 'id, expression, replacement, type';
/** Every value passes every rule, so there are few and they are short. */
const MOST_RULES = 1000;
const LONGEST = 2000;

/** Stores a rule behind the others. Throws `Invalid` naming the field. */
export function addImportRule(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<ImportRuleRow> {
  const input = readRule(body, { expression: '', replacement: '', type: 'ALL' });
  return change(magpie, 'add import rule', async (tx) => {
    const row = await tx.first<ImportRuleRow>(
      `insert into import_rules (expression, replacement, type)
       select $1, $2, $3 where (select count(*) from import_rules) < $4 returning ${COLUMNS}`,
      [input.expression, input.replacement, input.type, MOST_RULES],
    );
    if (row === null) throw new Invalid('', { regexp: [`There are ${MOST_RULES} rules already.`] });
    await recordChanges(tx, [{ ...changeOf(row, 'add'), after: summaryOf(row) }], viewer);
    return row;
  });
}

/** Changes a rule; what the body leaves out stays. Throws `NotFound`, `Invalid`. */
export function editImportRule(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  body: JsonObject,
): Promise<ImportRuleRow> {
  return change(magpie, 'edit import rule', async (tx) => {
    const before = await requireRule(tx, id);
    const after = { ...before, ...readRule(body, before) };
    await tx.execute('update import_rules set expression = $2, replacement = $3, type = $4 where id = $1', [
      before.id,
      after.expression,
      after.replacement,
      after.type,
    ]);
    const changed = { ...changeOf(after, 'edit'), before: summaryOf(before), after: summaryOf(after) };
    await recordChanges(tx, [changed], viewer);
    return after;
  });
}

/** Deletes a rule; throws `NotFound`. */
export function deleteImportRule(magpie: Magpie, viewer: Viewer, id: number | null): Promise<ImportRuleRow> {
  return change(magpie, 'delete import rule', async (tx) => {
    const row = await requireRule(tx, id);
    await tx.execute('delete from import_rules where id = $1', [row.id]);
    await recordChanges(tx, [{ ...changeOf(row, 'delete'), before: summaryOf(row) }], viewer);
    return row;
  });
}

async function change<T>(magpie: Magpie, reason: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const done = await magpie.database.asSystem(reason, async (tx) => {
    const result = await work(tx);
    await tx.execute('select pg_notify($1, $2)', [IMPORT_RULES_CHANNEL, '']);
    return result;
  });
  magpie.importRules.forget();
  return done;
}

async function requireRule(tx: Transaction, id: number | null): Promise<ImportRuleRow> {
  const row =
    id === null ? null : await tx.first<ImportRuleRow>(`select ${COLUMNS} from import_rules where id = $1`, [id]);
  if (row === null) throw new NotFound('Invalid regexp');
  return row;
}

function readRule(body: JsonObject, before: Omit<ImportRuleRow, 'id'>): Omit<ImportRuleRow, 'id'> {
  const expression = readText(body, 'regexp') ?? before.expression;
  const replacement = readText(body, 'replacement') ?? before.replacement;
  const type = readText(body, 'type') ?? before.type;
  if (expression === '') throw new Invalid('', { regexp: ['This field cannot be left blank'] });
  if (expression.length > LONGEST) throw new Invalid('', { regexp: [`At most ${LONGEST} characters.`] });
  if (replacement.length > LONGEST) throw new Invalid('', { replacement: [`At most ${LONGEST} characters.`] });
  if (linearExpression(expression) === null) {
    throw new Invalid('', {
      regexp: ['Expected a regular expression that runs in linear time: /…/ with flags, without look-around.'],
    });
  }
  if (type !== 'ALL' && !isAttributeType(type)) throw new Invalid('', { type: ['Expected ALL or an attribute type.'] });
  return { expression, replacement, type };
}

function changeOf(row: ImportRuleRow, action: string) {
  return { model: 'Regexp', action, modelId: row.id, title: row.expression };
}

function summaryOf({ expression, replacement, type }: ImportRuleRow): Record<string, unknown> {
  return { regexp: expression, replacement, type };
}
