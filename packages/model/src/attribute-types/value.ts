import { typeFacts } from './catalogue.ts';
import { isCompositeType } from './composite.ts';
import { refang } from './refang.ts';

/** Longest value in bytes of UTF-8: MISP's column limit, so partners can receive it. */
export const maxValueBytes = 65_535;

/** A value in its stored form, or why it is none of its type. */
export type ValueVerdict =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

/** Rewrites or blocks a normalised value (import regular expressions); null blocks. */
export type ValueRewrite = (type: string, value: string) => string | null;

/** What reading a value depends on beside its type. */
export interface ValueOptions {
  readonly nowSeconds: number;
  readonly rewrite?: ValueRewrite | undefined;
}

/** The form in which a value of `type` is stored: trimmed, refanged, normalised. Unknown types are only trimmed. */
export function normaliseValue(type: string, value: string, nowSeconds: number): string {
  const steps = typeFacts(type)?.steps ?? [];
  return steps.reduce((text, step) => step(text, nowSeconds), refang(type, trimValue(value)));
}

/** Normalises a value, then judges it; a refusal carries MISP's message. */
export function checkValue(type: string, value: string, options: ValueOptions): ValueVerdict {
  const unstorable = unstorableText(value);
  if (unstorable !== null) return { ok: false, message: unstorable };
  const normalised = normaliseValue(type, value, options.nowSeconds);
  const rewritten = options.rewrite ? options.rewrite(type, normalised) : normalised;
  if (rewritten === null) {
    return { ok: false, message: 'This value is blocked by a regular expression in the import filters.' };
  }
  const message = findFault(type, rewritten, options.nowSeconds);
  return message === null ? { ok: true, value: rewritten } : { ok: false, message };
}

/** Why the database could not hold the text, or null. */
export function unstorableText(text: string): string | null {
  if (text.includes('\0')) return 'Text must not contain NUL characters.';
  return text.isWellFormed() ? null : 'Text must be valid Unicode: it contains half of a surrogate pair.';
}

/** True when the text takes more bytes than a value may. */
export function isTooLong(text: string): boolean {
  // A UTF-16 unit takes one to three bytes: most texts are decided without encoding them.
  if (text.length * 3 <= maxValueBytes) return false;
  return text.length > maxValueBytes || new TextEncoder().encode(text).length > maxValueBytes;
}

function findFault(type: string, value: string, nowSeconds: number): string | null {
  if (value === '') return 'Value cannot be empty.';
  const composite = isCompositeType(type);
  const pieces = composite ? value.split('|', 3) : [value];
  if (onlyControlCharacters.test(value) || pieces.some((piece) => onlyControlCharacters.test(piece))) {
    return 'Value provided consists purely of control characters and is therefore considered to be empty.';
  }
  if (composite && pieces.length !== 2) {
    return 'Composite type found but the value not in the composite (value1|value2) format.';
  }
  const fault = typeFacts(type)?.rule(value, nowSeconds) ?? null;
  if (fault !== null) return fault;
  return isTooLong(value)
    ? 'The entered string is too long and would get truncated. Please consider adding the data as an attachment instead'
    : null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const onlyControlCharacters = /^[\x00-\x1f\x7f]+$/;

// The characters PHP's trim takes away; other white space of Unicode is part of the value.
function trimValue(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isTrimmed(value.charCodeAt(start))) start += 1;
  while (end > start && isTrimmed(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isTrimmed(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0c) || code === 0;
}
