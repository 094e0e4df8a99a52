import { RE2JS } from 're2js';

/** Applies one rule to a value: the value when nothing matches, null when it is blocked. */
export type Replace = (value: string) => string | null;

type Part = string | number;

/**
 * Compiles a rule. The expression is one of RE2, so that no value keeps the server busy; the replacement names groups
 * as PHP's preg_replace does (`$1`, `${1}`, `\1`; `\\` is one backslash). Empty, it blocks what matches.
 */
export function compileReplacement(expression: string, replacement: string): Replace {
  const compiled = RE2JS.compile(expression);
  if (replacement === '') return (value) => (compiled.matcher(value).find() ? null : value);
  const parts = readParts(replacement);
  return (value) => {
    const matcher = compiled.matcher(value);
    let result = '';
    let end = 0;
    while (matcher.find()) {
      result += value.slice(end, matcher.start());
      for (const part of parts) result += typeof part === 'string' ? part : groupOf(matcher, part);
      end = matcher.end();
    }
    return result + value.slice(end);
  };
}

function groupOf(matcher: { groupCount(): number; group(group: number): string | null }, group: number): string {
  return group > matcher.groupCount() ? '' : (matcher.group(group) ?? '');
}

/** Texts and numbers of groups, in turn. */
function readParts(replacement: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of replacement.matchAll(/\\(\d{1,2})|\$(\d{1,2})|\$\{(\d{1,2})\}|\\\\/g)) {
    parts.push(replacement.slice(end, match.index));
    const group = match[1] ?? match[2] ?? match[3];
    parts.push(group === undefined ? '\\' : Number(group));
    end = match.index + match[0].length;
  }
  parts.push(replacement.slice(end));
  return parts;
}
