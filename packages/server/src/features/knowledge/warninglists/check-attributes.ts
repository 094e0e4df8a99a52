import { setImmediate } from 'node:timers/promises';
import { splitComposite } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { prepareWarnings, type Warning } from './attribute-warnings.ts';

/** A value that is not stored yet, with the type it would have. */
export interface TypedValue {
  readonly type: string;
  readonly value: string;
}

/** As many values are looked up at once; others are served between. */
const SLICE = 1_000;

/** Which enabled warninglists for its type name each value, in the order of the values. */
export async function warningsOf(
  magpie: Magpie,
  tx: Transaction,
  values: readonly TypedValue[],
): Promise<readonly (readonly Warning[])[]> {
  const finder = await prepareWarnings(magpie, tx);
  const found: Warning[][] = [];
  for (const [index, { type, value }] of values.entries()) {
    found.push(finder.hits({ type, ...splitComposite(type, value) }));
    if (index % SLICE === SLICE - 1) await setImmediate();
  }
  return found;
}
