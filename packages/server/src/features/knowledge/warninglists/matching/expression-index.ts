import { RE2JS, RE2Set } from 're2js';
import type { TextTable } from './text-table.ts';

/** Expressions compiled to one automaton: more would make its compilation hold up the process. */
const IN_SET = 64;
/** Bytes of the states that an automaton remembers; beyond that it forgets and goes on. */
const STATES_BYTES = 2 * 2 ** 20;

/** Finds which of some expressions match, in time linear in the value (RE2), so that no value keeps the server busy. */
export interface ExpressionIndex {
  /** The first place whose expression matches somewhere in the value; -1 for none. */
  find(value: string): number;
  readonly bytes: number;
}

/** Compiles the expressions of a table; yields now and then. Those that have no linear form match nothing. */
export function* buildExpressionIndex(table: TextTable): Generator<void, ExpressionIndex> {
  const sets: { set: RE2Set; places: number[] }[] = [];
  for (let start = 0; start < table.size; start += IN_SET) {
    const set = new RE2Set(RE2Set.UNANCHORED, 0, STATES_BYTES);
    const places: number[] = [];
    for (let place = start; place < Math.min(start + IN_SET, table.size); place += 1) {
      const expression = linearExpression(table.at(place));
      if (expression === null) continue;
      set.add(expression);
      places.push(place);
      yield;
    }
    if (places.length === 0) continue;
    set.compile();
    sets.push({ set, places });
    yield;
  }
  return {
    find(value) {
      for (const { set, places } of sets) {
        const [first, ...others] = set.match(value);
        if (first !== undefined) return places[Math.min(first, ...others)] ?? -1;
      }
      return -1;
    },
    bytes: sets.length * STATES_BYTES,
  };
}

/** `/…/flags` (PCRE) as an expression of RE2; null for what RE2 cannot run: look-around, back references, errors. */
export function linearExpression(text: string): string | null {
  const delimited = /^([/#~@%!])(.*)\1([a-zA-Z]*)$/s.exec(text);
  const flags = ['i', 's', 'm'].filter((flag) => delimited?.[3]?.includes(flag)).join('');
  const body = delimited?.[2] ?? text;
  const expression = flags === '' ? body : `(?${flags})${body}`;
  try {
    RE2JS.compile(expression);
    return expression;
  } catch {
    return null;
  }
}
