import type { ValueRewrite } from '@magpie/model';
import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { linearExpression } from '../../knowledge/warninglists/matching/expression-index.ts';
import { compileReplacement, type Replace } from './replacement.ts';

/** A rule as stored. */
export interface ImportRuleRow {
  id: number;
  /** `/…/flags`, as MISP has it, or the expression alone. */
  expression: string;
  /** What takes the place of a match; empty to block the value. */
  replacement: string;
  /** An attribute type, or ALL. */
  type: string;
}

/** The rules that values pass as they come in. */
export interface ImportRules {
  /** What they do with a value; undefined while there are none. Read once, and again after a change. */
  current(): Promise<ValueRewrite | undefined>;
  /** Forget them here; other processes are told by the change itself. */
  forget(): void;
}

/** Told by whoever changes rules. */
export const IMPORT_RULES_CHANNEL = 'magpie_import_rules';

/** Types whose values are never rewritten, as in MISP. */
const EXEMPT: ReadonlySet<string> = new Set(['sigma', 'size-in-bytes', 'counter', 'float']);

/** Creates the cached rules. */
export function createImportRules(database: Database): ImportRules {
  let loading: Promise<ValueRewrite | undefined> | null = null;
  const forget = (): void => {
    loading = null;
  };
  database.listen(IMPORT_RULES_CHANNEL, forget);
  return {
    forget,
    current() {
      if (loading === null) {
        const read = database.aside('import rules', async (tx) => rewriteBy(await selectImportRules(tx)));
        read.catch(forget);
        loading = read;
      }
      return loading;
    },
  };
}

/** All rules, in the order in which values pass them. */
export function selectImportRules(tx: Transaction): Promise<ImportRuleRow[]> {
  return tx.query<ImportRuleRow>('select id, expression, replacement, type from import_rules order by id');
}

/** One function of all rules; undefined for none. Expressions that cannot be run in linear time do nothing. */
export function rewriteBy(rows: readonly Omit<ImportRuleRow, 'id'>[]): ValueRewrite | undefined {
  const rules = rows.flatMap(({ expression, replacement, type }): { type: string; replace: Replace }[] => {
    const linear = linearExpression(expression);
    return linear === null ? [] : [{ type, replace: compileReplacement(linear, replacement) }];
  });
  if (rules.length === 0) return undefined;
  return (type, value) => {
    if (EXEMPT.has(type)) return value;
    let rewritten: string = value;
    for (const rule of rules) {
      if (rule.type !== 'ALL' && rule.type !== type) continue;
      const next = rule.replace(rewritten);
      if (next === null) return null;
      rewritten = next;
    }
    return rewritten;
  };
}
