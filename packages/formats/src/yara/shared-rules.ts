import type { ExportAttribute } from '../export-attribute.ts';
import { layOut, originMeta } from './layout.ts';
import { type ParsedRule, parseYara } from './parse-rules.ts';

const ORIGIN = 'Loaded as-is from a Yara attribute. Some comments may have been removed by parser.';

/** The rules of an attribute of type yara. */
export interface SharedRule {
  readonly text: string;
  /** False for what could not be taken apart: it is then told as it was, behind comment signs. */
  readonly isValid: boolean;
}

/**
 * Rules that were shared, with where they come from in their meta section. YARA refuses a file that has a rule's name
 * twice, so a name that was used before gets the attribute's uuid behind it; one broken rule would keep the whole file
 * from being compiled, so it is commented out.
 */
export async function* sharedRules(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<SharedRule> {
  const names = new Set<string>();
  for await (const rows of batches) {
    for (const row of rows) if (row.type === 'yara') yield sharedRule(row, names);
  }
}

function sharedRule(row: ExportAttribute, names: Set<string>): SharedRule {
  const parsed = parseYara(row.value1);
  if (parsed === null) return { text: commentedOut(row), isValid: false };
  // Rules of one attribute may name each other, so none of them is renamed unless it has to be.
  const texts = parsed.rules.map((rule, index) => {
    const modules = index === 0 ? parsed.modules : [];
    return layOutShared(rule, modules, row, uniqueName(rule.name, row, names));
  });
  return { text: texts.join('\n'), isValid: true };
}

function uniqueName(name: string, row: ExportAttribute, names: Set<string>): string {
  const unique = names.has(name) ? `${name}_${row.uuid.replaceAll('-', '_')}` : name;
  names.add(unique);
  return unique;
}

function layOutShared(rule: ParsedRule, modules: readonly string[], row: ExportAttribute, name: string): string {
  const tags = [...new Set([...rule.tags, 'valid', 'as_is'])];
  return layOut({
    modules,
    head: `${[...rule.modifiers, 'rule'].join(' ')} ${name} : ${tags.join(' ')}`,
    meta: [...rule.meta, ...originMeta(row.event, ORIGIN, `${row.uuid} (yara)`)],
    strings: rule.strings,
    condition: rule.condition,
  });
}

function commentedOut(row: ExportAttribute): string {
  const lines = [
    `The rule of attribute ${row.uuid} (event ${row.event.uuid}) could not be read; it follows as it was shared.`,
    ...row.value1.split(/\r\n?|\n/),
  ];
  return `\n${lines.map((line) => `// ${line}`.trimEnd()).join('\n')}`;
}
