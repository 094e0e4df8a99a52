import type { ExportAttribute, ExportEvent } from '../export-attribute.ts';
import { layOut, originMeta } from './layout.ts';
import { type RuleTerms, ruleTerms } from './rule-terms.ts';

const ORIGIN = 'Automatically generated from non-Yara attribute(s)';
const MOST_IN_RULE = 1000;

/** One rule an attribute. */
export async function* attributeRules(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<string> {
  for await (const rows of batches) {
    for (const row of rows) {
      const terms = ruleTerms(row);
      if (terms === null) continue;
      const name = `MISP_ATTRIBUTE_${row.uuid.replaceAll('-', '_')}`;
      yield rule(name, originMeta(row.event, ORIGIN, `${row.uuid} (${row.type})`), [terms]);
    }
  }
}

/** Rules of an event for up to a thousand of its attributes each, without those of objects. Rows come event by event. */
export async function* eventRules(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<string> {
  let event: ExportEvent | null = null;
  let part = 1;
  let terms: RuleTerms[] = [];
  function finish(): string[] {
    if (event === null || terms.length === 0) return [];
    const name = `MISP_EVENT_${event.uuid.replaceAll('-', '_')}_PART${part}`;
    const text = rule(name, originMeta(event, ORIGIN, null), terms);
    part += 1;
    terms = [];
    return [text];
  }
  for await (const rows of batches) {
    for (const row of rows) {
      if (row.objectId !== '0') continue;
      if (event?.id !== row.event.id) {
        yield* finish();
        event = row.event;
        part = 1;
      }
      const own = ruleTerms(row);
      if (own === null) continue;
      terms.push(own);
      if (terms.length === MOST_IN_RULE) yield* finish();
    }
  }
  yield* finish();
}

function rule(name: string, meta: readonly string[], terms: readonly RuleTerms[]): string {
  const strings = terms.flatMap((term) => term.strings.map((text) => `$ = ${text}`));
  const conditions = [
    ...terms.flatMap(({ condition }) => (condition === null ? [] : [condition])),
    ...(strings.length > 0 ? ['any of them'] : []),
  ];
  return layOut({
    modules: [...new Set(terms.flatMap(({ module }) => module ?? []))],
    head: `rule ${name} : generated`,
    meta,
    strings,
    condition: conditions.map((condition, index) => (index === 0 ? condition : `or ${condition}`)),
  });
}
