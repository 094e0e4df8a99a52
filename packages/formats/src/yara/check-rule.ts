import type { ParsedRule } from './parse-rules.ts';

/**
 * Modules that YARA brings along in its usual builds (YARA documentation, "Modules"); others belong to particular
 * scanners.
 */
const modules: ReadonlySet<string> = new Set([
  ...['console', 'cuckoo', 'dotnet', 'elf', 'hash', 'magic', 'math', 'pe', 'time'],
]);

// YARA documentation, "Writing YARA rules", table of keywords, with the functions that read integers.
const keywords: ReadonlySet<string> = new Set(
  `all and any ascii at base64 base64wide condition contains defined endswith entrypoint false filesize for fullword
  global icontains iendswith iequals import in include istartswith matches meta nocase none not of or private rule
  startswith strings them true wide xor int8 int16 int32 int8be int16be int32be uint8 uint16 uint32 uint8be uint16be
  uint32be`.split(/\s+/),
);

/** What the rules before a rule have made known. */
export interface KnownToRule {
  /** Rules that it may name. */
  readonly rules: ReadonlySet<string>;
  /** Modules that its source imports. */
  readonly modules: ReadonlySet<string>;
}

/** The verdict on a rule: modules that it uses without importing them, or why YARA would refuse it. */
export type RuleVerdict = { readonly missing: readonly string[] } | { readonly refused: string };

/**
 * Says whether YARA would compile a rule, as far as its names go: strings that are defined twice, not used or not there,
 * variables that only some scanner knows, modules of others. One refused rule keeps a whole file from being compiled.
 */
export function checkRule(rule: ParsedRule, known: KnownToRule): RuleVerdict {
  const foreign = [...known.modules].find((name) => !modules.has(name));
  if (foreign !== undefined) return { refused: `its module ${foreign} is not one of YARA’s own` };
  const condition = withoutTexts(rule.condition.join('\n'));
  const problem = problemOfStrings(rule.strings, condition);
  if (problem !== null) return { refused: problem };
  const missing = new Set<string>();
  const loops = loopVariables(condition);
  for (const [name, star] of namesIn(condition)) {
    if (star && [...known.rules].some((rule) => rule.startsWith(name))) continue;
    if (keywords.has(name) || known.rules.has(name) || known.modules.has(name) || loops.has(name)) continue;
    if (!modules.has(name)) return { refused: `${name} is not known in it` };
    missing.add(name);
  }
  return { missing: [...missing] };
}

const TEXT = /"(?:[^"\\\n]|\\.)*"|(?<=(?:matches|[(,])\s*)\/(?:[^/\\\n]|\\.)+\/[is]*/.source;
// No number, no string, no member of something.
const NAME = /(?<![\w$#@!.])[A-Za-z_]\w*/.source;

/** A condition without what stands between quotes or slashes. */
function withoutTexts(condition: string): string {
  return condition.replaceAll(new RegExp(TEXT, 'g'), '""');
}

/** A condition with other names for rules. */
export function renamed(condition: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return condition;
  return condition.replaceAll(new RegExp(`${TEXT}|${NAME}`, 'g'), (found) => names.get(found) ?? found);
}

function problemOfStrings(definitions: readonly string[], condition: string): string | null {
  const names = definitions.map((definition) => /^\$(\w*)/.exec(definition)?.[1] ?? '');
  const named = names.filter((name) => name !== '');
  if (new Set(named).size < named.length) return 'it defines a string twice';
  const wanted = [...condition.matchAll(/[$#@!](\w*)(\*?)/g)].filter(([all]) => !/^[#@!]$/.test(all));
  const matches = (name: string) =>
    wanted.some(([, word = '', star]) => (star === '*' ? name.startsWith(word) : name === word));
  const usesAll = /\bthem\b/.test(condition);
  const unused = names.find((name) => !usesAll && !matches(name));
  if (unused !== undefined) return `its string $${unused} is not used`;
  const absent = wanted.find(([, word = '', star]) =>
    star === '*' ? !names.some((name) => name.startsWith(word)) : word !== '' && !names.includes(word),
  );
  if (absent !== undefined) return `its string ${absent[0]} is not defined`;
  return usesAll && names.length === 0 ? 'it has no strings' : null;
}

/** Variables of loops: `for any i in (…)`, `for all k, v in …`. */
function loopVariables(condition: string): Set<string> {
  const heads = condition.matchAll(/\bfor\s+[^:]{1,200}?\s(\w+(?:\s*,\s*\w+)*)\s+in\b/g);
  return new Set([...heads].flatMap(([, variables = '']) => variables.split(/\s*,\s*/)));
}

/** Words of a condition that stand for themselves, and whether they are the beginnings of names. */
function namesIn(condition: string): [name: string, isBeginning: boolean][] {
  const found = condition.matchAll(new RegExp(`(${NAME})(\\*?)`, 'g'));
  return [...found].map(([, name = '', star]) => [name, star === '*']);
}
