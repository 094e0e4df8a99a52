import { describe, expect, it } from 'vitest';
import { linesOf, listSources } from './imports.ts';

const MOST_LINES = 400;

/** Facts alone: one line an entry, nothing to take apart. */
const tablesOfFacts: ReadonlySet<string> = new Set([
  'formats/src/stix2/facts/templates.ts',
  'model/src/attribute-types/category-table.ts',
]);

describe('a file of the program', () => {
  it('is short enough to be read at once, unless it is a table of facts', () => {
    const long = listSources().filter((module) => linesOf(module) > MOST_LINES);
    expect(new Set(long)).toEqual(tablesOfFacts);
  });
});
