import type { SqlValue, Transaction } from '../../../database/transaction.ts';

/** Puts a value into a statement as an expression of the named type, never as text of the statement. */
export type Bind = (value: BindValue, type: string) => string;

/** What a statement may be given. */
export type BindValue = string | number | boolean | readonly (string | number)[];

/** Binds by numbered parameters; `values` fills up in the order of binding. */
export interface ParameterBinding {
  readonly bind: Bind;
  readonly values: SqlValue[];
}

/** For statements that take parameters; `bound` are those that a part of the statement has already. */
export function bindParameters(bound: readonly SqlValue[] = []): ParameterBinding {
  const values: SqlValue[] = [...bound];
  return {
    values,
    bind(value, type) {
      values.push(value);
      return `$${values.length}::${type}`;
    },
  };
}

/** For COPY, which takes none: values become escaped literals. */
export function bindLiterals(tx: Pick<Transaction, 'literal'>): Bind {
  return (value, type) => `${tx.literal(value)}::${type}`;
}

/** All of the conditions; true when there are none. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

/** Any of the conditions; false when there are none. */
export function anyOf(conditions: readonly string[]): string {
  if (conditions.length === 0) return 'false';
  return conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' or ')})`;
}
