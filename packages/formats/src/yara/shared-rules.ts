import type { ExportAttribute } from '../export-attribute.ts';
import { checkRule, renamed } from './check-rule.ts';
import { layOut, originMeta } from './layout.ts';
import { type ParsedRule, type ParsedRules, parseYara } from './parse-rules.ts';

const ORIGIN = 'Loaded as-is from a Yara attribute. Some comments may have been removed by parser.';

/** Rules of an attribute of type yara. */
export interface SharedRule {
  readonly text: string;
  /** False for what YARA would refuse: it is told behind comment signs, with the reason. */
  readonly isValid: boolean;
}

/**
 * Rules that were shared, with where they come from in their meta section. YARA refuses a file that has a rule's name
 * twice, so a name that was used before gets the attribute's uuid behind it, also where the attribute's other rules use
 * it; one broken rule would keep the whole file from being compiled, so it is commented out.
 */
export async function* sharedRules(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<SharedRule> {
  const names = new Set<string>();
  for await (const rows of batches) {
    for (const row of rows) if (row.type === 'yara') yield* rulesOf(row, names);
  }
}

function rulesOf(row: ExportAttribute, names: Set<string>): SharedRule[] {
  const parsed = parseYara(row.value1);
  if (parsed === null) {
    return [{ text: commentedOut(row, 'could not be read; it follows as it was shared', row.value1), isValid: false }];
  }
  const valid: string[] = [];
  const refused: SharedRule[] = [];
  // The file's rules before this attribute's are known to it by their names, its own by what they are called here.
  const renames = new Map<string, string>();
  for (const rule of parsed.rules) {
    const verdict = checkRule(rule, { rules: names, modules: new Set(parsed.modules) });
    if ('refused' in verdict) {
      const text = commentedOut(row, `would be refused by YARA: ${verdict.refused}`, layOutShared(rule, [], row));
      refused.push({ text, isValid: false });
      continue;
    }
    const name = uniqueName(rule.name, row, names);
    const condition = rule.condition.map((line) => renamed(line, renames));
    if (name !== rule.name) renames.set(rule.name, name);
    valid.push(layOutShared({ ...rule, name, condition }, modulesOf(parsed, valid.length, verdict.missing), row));
  }
  return [...(valid.length === 0 ? [] : [{ text: valid.join('\n'), isValid: true }]), ...refused];
}

/** What is imported before a rule: what its source does before the first, and what it forgot. */
function modulesOf({ modules }: ParsedRules, index: number, missing: readonly string[]): readonly string[] {
  return [...new Set([...(index === 0 ? modules : []), ...missing])];
}

const MOST_NAME = 128;

function uniqueName(name: string, row: ExportAttribute, names: Set<string>): string {
  // Names of generated rules are ours.
  const isTaken = names.has(name) || /^MISP_(ATTRIBUTE|EVENT)_/.test(name);
  const unique = isTaken ? ownName(name, row.uuid, names) : name;
  names.add(unique);
  return unique;
}

/** The name with the attribute's uuid behind it, as long as YARA allows it; numbered where even that is taken. */
function ownName(name: string, uuid: string, names: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const end = `_${uuid.replaceAll('-', '_')}${number === 1 ? '' : `_${number}`}`;
    const own = name.replace(/^MISP_/, 'SHARED_').slice(0, MOST_NAME - end.length) + end;
    if (!names.has(own)) return own;
  }
}

function layOutShared(rule: ParsedRule, modules: readonly string[], row: ExportAttribute): string {
  const tags = [...new Set([...rule.tags, 'valid', 'as_is'])];
  return layOut({
    modules,
    head: `${[...rule.modifiers, 'rule'].join(' ')} ${rule.name} : ${tags.join(' ')}`,
    meta: [...rule.meta, ...originMeta(row.event, ORIGIN, `${row.uuid} (yara)`)],
    strings: rule.strings,
    condition: rule.condition,
  });
}

function commentedOut(row: ExportAttribute, why: string, text: string): string {
  const lines = [
    `The rule of attribute ${row.uuid} (event ${row.event.uuid}) ${why}.`,
    ...text.trim().split(/\r\n?|\n/),
  ];
  return `\n${lines.map((line) => `// ${line}`.trimEnd()).join('\n')}`;
}
