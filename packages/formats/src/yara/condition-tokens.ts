import { isText } from './check-strings.ts';

/** What a condition consists of. `text` is as it was written. */
export interface ConditionToken {
  readonly kind:
    | 'number'
    | 'double'
    | 'text'
    | 'regex'
    | 'string'
    | 'count'
    | 'offset'
    | 'length'
    | 'word'
    | 'sign'
    | 'end';
  readonly text: string;
}

const patterns: readonly (readonly [kind: ConditionToken['kind'], pattern: RegExp])[] = [
  ['double', /\d+\.\d+(?!\w)/y],
  ['number', /(?:0x[0-9A-Fa-f]+|0o[0-7]+|\d+(?:KB|MB)?)(?!\w)/y],
  ['text', /"(?:[^"\\\n]|\\.)*"/y],
  ['regex', /\/(?:[^/\\\n]|\\.)+\/(?:is?|s)?(?![A-Za-z])/y],
  ['string', /\$\w*\*?/y],
  ['count', /#\w*/y],
  ['offset', /@\w*/y],
  ['sign', /\.\.|<<|>>|<=|>=|==|!=|[<>+\-*\\%&|^~()[\].,:]/y],
  ['length', /!\w*/y],
  ['word', /[A-Za-z_]\w*/y],
];

const MOST_INTEGER = 2n ** 63n - 1n;
const MULTIPLES: Readonly<Record<string, bigint>> = { KB: 1024n, MB: 1024n * 1024n };

/** Takes a condition apart; the text at which it cannot be read, where it cannot. */
export function conditionTokens(source: string): ConditionToken[] | string {
  const tokens: ConditionToken[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(source[at] ?? '')) at += 1;
    if (at >= source.length) break;
    const found = tokenAt(source, at);
    if (found === null) return source.slice(at, at + 20);
    tokens.push(found);
    at += found.text.length;
  }
  return [...tokens, { kind: 'end', text: 'its end' }];
}

function tokenAt(source: string, at: number): ConditionToken | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text === undefined) continue;
    const isRefused = (kind === 'number' && !fits(text)) || (kind === 'text' && !isText(text));
    return isRefused ? null : { kind, text };
  }
  return null;
}

/** Numbers have 64 bits and a sign. */
function fits(text: string): boolean {
  const unit = /^\d+(KB|MB)$/.exec(text)?.[1];
  const number = unit === undefined ? BigInt(text) : BigInt(text.slice(0, -2)) * (MULTIPLES[unit] ?? 1n);
  return number <= MOST_INTEGER;
}
