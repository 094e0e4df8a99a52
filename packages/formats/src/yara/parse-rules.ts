/** A rule taken apart; the parts are text as it was written, without comments. */
export interface ParsedRule {
  /** `private`, `global`. */
  readonly modifiers: readonly string[];
  readonly name: string;
  readonly tags: readonly string[];
  readonly meta: readonly string[];
  readonly strings: readonly string[];
  readonly condition: readonly string[];
}

/** The rules of one source and the modules it imports. */
export interface ParsedRules {
  readonly modules: readonly string[];
  readonly rules: readonly ParsedRule[];
}

interface Token {
  readonly text: string;
  /** Line breaks before it, at most 1. */
  readonly breaks: number;
}

// Comments; text between quotes; everything else that stands together. Regular expressions and hexadecimal strings are
// found by what stands before them.
const SPACES = /(?:\s|\/\/[^\n]*)+/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y;
const REGEX = /\/(?:[^/\\\n]|\\.)+\/[is]*/y;
const HEX = /\{(?:[\s0-9A-Fa-f?~()|[\]-]|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*\}/y;
const WORD = /[\w$#@!.*]+|[^\s\w]/y;

/**
 * Takes YARA rules apart (YARA documentation, "Writing YARA rules"), far enough to lay them out anew: heads, and the
 * three sections. Null for what is not made like that; whether a condition means anything is for YARA to say.
 */
export function parseYara(source: string): ParsedRules | null {
  const tokens = tokenize(source);
  if (tokens === null) return null;
  const modules: string[] = [];
  const rules: ParsedRule[] = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at]?.text === 'import') {
      const name = tokens[at + 1]?.text ?? '';
      if (!/^"[\w.]+"$/.test(name)) return null;
      modules.push(name.slice(1, -1));
      at += 2;
      continue;
    }
    const found = parseRule(tokens, at);
    if (found === null) return null;
    rules.push(found.rule);
    at = found.end;
  }
  return rules.length === 0 ? null : { modules, rules };
}

function tokenize(source: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  // Null for a comment without an end.
  const skipSpace = (): string | null => {
    const start = at;
    for (;;) {
      at += match(SPACES)?.length ?? 0;
      if (!source.startsWith('/*', at)) return source.slice(start, at);
      const end = source.indexOf('*/', at + 2);
      if (end === -1) return null;
      at = end + 2;
    }
  };
  while (at < source.length) {
    const space = skipSpace();
    if (space === null) return null;
    if (at >= source.length) break;
    const before = tokens.at(-1)?.text ?? '';
    const letter = source[at] ?? '';
    const text = match(patternFor(letter, before));
    if (text === undefined) return null;
    const isHex = text.length > 1 && letter === '{';
    tokens.push({ text: isHex ? withoutComments(text) : text, breaks: space.includes('\n') ? 1 : 0 });
    at += text.length;
  }
  return tokens;
}

/** What begins with a letter, by the token before it. */
function patternFor(letter: string, before: string): RegExp {
  const isValue = before === '=' || before === 'matches';
  if (letter === '"') return QUOTED;
  if (letter === '{' && isValue) return HEX;
  return letter === '/' && (isValue || before === '(' || before === ',') ? REGEX : WORD;
}

/** Bytes without the remarks between them. */
function withoutComments(hex: string): string {
  return hex.replaceAll(/\/\/[^\n]*\n|\/\*.*?\*\//gs, ' ');
}

const IDENTIFIER = /^[A-Za-z_]\w{0,127}$/;

function parseRule(tokens: readonly Token[], start: number): { rule: ParsedRule; end: number } | null {
  let at = start;
  const modifiers: string[] = [];
  while (tokens[at]?.text === 'private' || tokens[at]?.text === 'global') modifiers.push(tokens[at++]?.text ?? '');
  if (tokens[at++]?.text !== 'rule') return null;
  const name = tokens[at++]?.text ?? '';
  const tags: string[] = [];
  if (tokens[at]?.text === ':') {
    at += 1;
    while (IDENTIFIER.test(tokens[at]?.text ?? '')) tags.push(tokens[at++]?.text ?? '');
  }
  if (!IDENTIFIER.test(name) || tokens[at++]?.text !== '{') return null;
  const sections: Record<'meta' | 'strings' | 'condition', Line[]> = { meta: [], strings: [], condition: [] };
  let section: keyof typeof sections | null = null;
  let depth = 0;
  for (; at < tokens.length; at += 1) {
    const { text, breaks } = tokens[at] ?? { text: '', breaks: 0 };
    const next = tokens[at + 1]?.text;
    if (depth === 0 && text === '}') {
      const [meta, strings, condition] = [sections.meta, sections.strings, sections.condition].map((lines) =>
        lines.map((line) => line.text),
      );
      const rule = { modifiers, name, tags, meta: meta ?? [], strings: strings ?? [], condition: condition ?? [] };
      return rule.condition.length === 0 ? null : { rule, end: at + 1 };
    }
    if (depth === 0 && next === ':' && (text === 'meta' || text === 'strings' || text === 'condition')) {
      section = text;
      at += 1;
      continue;
    }
    if (section === null) return null;
    if (text === '(' || text === '{') depth += 1;
    if (text === ')' || text === '}') depth -= 1;
    append(sections[section], text, isNewLine(section, text, next, breaks));
  }
  return null;
}

/** Definitions begin a line each; conditions keep their line breaks. */
function isNewLine(section: string, text: string, next: string | undefined, breaks: number): boolean {
  if (section === 'condition') return breaks > 0;
  return next === '=' && (section === 'meta' ? IDENTIFIER.test(text) : text.startsWith('$'));
}

const TIGHT_AFTER = new Set(['(', '[', '.', '@', '!', '#', '-', '~']);
const TIGHT_BEFORE = new Set([')', ']', ',', '.', '[', '(']);

/** A line that grows: its last characters apart, since looking at a long text after each addition copies it each time. */
interface Line {
  text: string;
  tail: string;
}

const TAIL = 8;

function append(lines: Line[], text: string, isNew: boolean): void {
  const last = lines.at(-1);
  if (last === undefined || isNew) {
    lines.push({ text, tail: text.slice(-TAIL) });
    return;
  }
  const { tail } = last;
  const end = tail.at(-1) ?? '';
  // Two signs that belong together (`==`, `>=`, `..`) stay together.
  const isSign = /^[=<>!.&|^%\\+*-]$/;
  const joins = isSign.test(text) && isSign.test(end);
  const opens = text === '(' || text === '[';
  const isCalled = !opens || (/\w$/.test(tail) && !/\b(and|or|not|of|in)$/.test(tail));
  const tight = joins || TIGHT_AFTER.has(end) || (TIGHT_BEFORE.has(text) && isCalled);
  const added = tight ? text : ` ${text}`;
  last.text += added;
  last.tail = (tail + added.slice(-TAIL)).slice(-TAIL);
}
