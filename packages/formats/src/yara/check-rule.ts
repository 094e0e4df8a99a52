import { problemOfCondition } from './check-condition.ts';
import { isText, problemOfString } from './check-strings.ts';
import { isKeyword } from './keywords.ts';
import { isModule } from './module-members.ts';
import type { ParsedRule } from './parse-rules.ts';

/** What the rules before a rule have made known. */
export interface KnownToRule {
  /** Rules that it may name. */
  readonly rules: ReadonlySet<string>;
  /** Modules that its source imports. */
  readonly modules: ReadonlySet<string>;
}

/** The verdict on a rule: modules that it uses without importing them, or why YARA would refuse it. */
export type RuleVerdict = { readonly missing: readonly string[] } | { readonly refused: string };

/** libyara's limit. */
const MOST_STRINGS = 10_000;
/** Each is compared with all names. */
const MOST_BEGINNINGS = 200;

/**
 * Says whether YARA 4.2 would compile a rule: its strings, its condition and its names, all but what the members of
 * modules take and give. One refused rule keeps a whole file from being compiled.
 */
export function checkRule(rule: ParsedRule, known: KnownToRule): RuleVerdict {
  const foreign = [...known.modules].find((name) => !isModule(name));
  if (foreign !== undefined) return { refused: `its module ${foreign} is not one of YARA’s own` };
  const missing = new Set<string>();
  const condition = rule.condition.join('\n');
  const refused =
    problemOfHead(rule) ??
    problemOfMeta(rule.meta) ??
    problemOfStrings(rule.strings, withoutTexts(condition)) ??
    problemOfCondition(condition, {
      kindOf: (word) => {
        if (known.rules.has(word)) return 'rule';
        if (!isModule(word)) return null;
        if (!known.modules.has(word)) missing.add(word);
        return 'module';
      },
      hasRules: (beginning) => hasBeginning(known.rules, beginning),
    });
  return refused === null ? { missing: [...missing] } : { refused };
}

function hasBeginning(names: Iterable<string>, beginning: string): boolean {
  for (const name of names) if (name.startsWith(beginning)) return true;
  return false;
}

function problemOfHead({ name, tags, modifiers }: ParsedRule): string | null {
  // It would decide for every rule of the file, whoever wrote it.
  if (modifiers.includes('global')) return 'it is global';
  const word = [name, ...tags].find(isKeyword);
  return word === undefined ? null : `${word} means something else`;
}

const META = /^([A-Za-z_]\w*) ?= ?(.+)$/s;

function problemOfMeta(lines: readonly string[]): string | null {
  for (const line of lines) {
    const [, name = '', value = ''] = META.exec(line) ?? [];
    const isValue = /^(-? ?\d{1,18}|true|false)$/.test(value) || isText(value);
    if (!isValue || isKeyword(name)) return `its meta data ${line.slice(0, 40)} cannot be read`;
  }
  return null;
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
  if (definitions.length > MOST_STRINGS) return 'it has too many strings';
  const names = definitions.map((definition) => /^\$(\w*)/.exec(definition)?.[1] ?? '');
  const defined = new Set(names);
  const named = names.filter((name) => name !== '');
  if (new Set(named).size < named.length) return 'it defines a string twice';
  const found = [...condition.matchAll(/[$#@!](\w*)(\*?)/g)].filter(([all]) => !/^[#@!]$/.test(all));
  const wanted = new Set(found.flatMap(([, word = '', star]) => (star === '*' ? [] : [word])));
  const beginnings = new Set(found.flatMap(([, word = '', star]) => (star === '*' ? [word] : [])));
  if (beginnings.size > MOST_BEGINNINGS) return 'it names too many beginnings of strings';
  const begins = (name: string) => [...beginnings].some((beginning) => name.startsWith(beginning));
  const usesAll = /\bthem\b/.test(condition);
  const unused = usesAll ? undefined : names.find((name) => !wanted.has(name) && !begins(name));
  if (unused !== undefined) return `its string $${unused} is not used`;
  const met = new Set([...beginnings].filter((beginning) => names.some((name) => name.startsWith(beginning))));
  const absent = found.find(([, word = '', star]) =>
    star === '*' ? !met.has(word) : word !== '' && !defined.has(word),
  );
  if (absent !== undefined) return `its string ${absent[0]} is not defined`;
  if (usesAll && names.length === 0) return 'it has no strings';
  for (const definition of definitions) {
    const problem = problemOfString(definition);
    if (problem !== null) return problem;
  }
  return null;
}
