import { messageText } from './escape.ts';

/** What a rule that somebody shared gets in place of its own. */
export interface RuleFrame {
  /** What the message begins with. */
  readonly prefix: string;
  readonly sid: number;
  readonly reference: string;
}

interface Option {
  readonly name: string;
  readonly text: string;
}

const CLASS = 'classtype:trojan-activity;';

/** Where a further rule begins: on a line of its own, by what it does and with which protocol. */
const NEXT_RULE = /[\r\n]+(?=\s*(?:alert|block|drop|log|pass|reject|rejectboth|rejectdst|rejectsrc|sdrop)\s+\w+\s+\S)/;

/** The rules of a text in which several may stand; line breaks within a rule stay. */
export function splitRules(text: string): string[] {
  return text.split(NEXT_RULE);
}

/**
 * A Snort rule as it was shared, on one line, with our own number, revision, class, reference and message head; what it
 * has none of is added at its end. Null for what has no options in brackets.
 */
export function reframeRule(rule: string, { prefix, sid, reference }: RuleFrame): string | null {
  const line = rule.replaceAll(/[\r\n]+/g, ' ').trim();
  const start = line.indexOf('(');
  const end = line.lastIndexOf(')');
  if (start === -1 || end < start) return null;
  const own: Readonly<Record<string, (option: Option) => string>> = {
    sid: () => `sid:${sid};`,
    rev: () => 'rev:1;',
    classtype: () => CLASS,
    reference: () => reference,
    // What was not closed by its quote ends here, and not at a semicolon within.
    msg: ({ text }) => `msg: "${prefix} | ${messageText(messageOf(text))}";`,
  };
  const seen = new Set<string>();
  let options = '';
  for (const part of splitOptions(line.slice(start + 1, end))) {
    const name = part.text.split(':', 1)[0]?.trim().toLowerCase() ?? '';
    const replace = own[name];
    // Every reference becomes the same one, which is then told once.
    if (replace !== undefined && seen.has(name)) continue;
    seen.add(name);
    options += part.space + (replace === undefined ? `${part.text};` : replace({ name, text: part.text }));
  }
  const missing = [
    ...(seen.has('msg') ? [] : [`msg: "${prefix}";`]),
    ...(seen.has('sid') ? [] : [`sid:${sid};`]),
    ...(seen.has('rev') ? [] : [' rev:1;']),
    ...(seen.has('classtype') ? [] : [CLASS]),
    ...(seen.has('reference') ? [] : [reference]),
  ];
  return `${line.slice(0, start)}(${options}${missing.join('')})`;
}

function messageOf(option: string): string {
  const text = option.slice(option.indexOf(':') + 1).trim();
  return text.replace(/^"/, '').replace(/"$/, '');
}

/** Options without their semicolons; semicolons within quotes and escaped ones end none. */
function* splitOptions(text: string): Generator<{ space: string; text: string }> {
  let isQuoted = false;
  let begin = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') {
      at += 1;
      continue;
    }
    if (letter === '"') isQuoted = !isQuoted;
    if (at < text.length && (letter !== ';' || isQuoted)) continue;
    const part = text.slice(begin, at);
    const trimmed = part.trim();
    if (trimmed !== '') yield { space: /^\s/.test(part) ? ' ' : '', text: trimmed };
    begin = at + 1;
  }
}
