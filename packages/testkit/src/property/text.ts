import { type Arbitrary, array, constantFrom, nat, oneof, string } from 'fast-check';

/** What has broken readers and writers before: ends of texts and lines, marks, halves of letters, and what looks empty. */
const odd = constantFrom(
  ...['\0', '\u0001', '\b', '\t', '\n', '\v', '\f', '\r', '\r\n', '\u001f', '\u007f', '\u0085', '\u00a0', '\u00ad'],
  // Marks of direction and width, the mark of byte order, ends of lines that only some know.
  ...['\u200b', '\u200d', '\u200e', '\u200f', '\u2028', '\u2029', '\u202e', '\u2066', '\u3000', '\ufeff', '\ufffd'],
  // Halves of letters, what is no character, letters beyond 16 bits, letters that change their length with their case.
  ...'\ud800 \udc00 \ud83d \ufffe \uffff 🐦 👩‍👩‍👧 \u{10ffff} İ ß ﬀ ſ K é e\u0301'.split(' '),
  ...['"', "'", '`', '\\', '\\N', '\\u0000', '%', '_', '$1', '$&', '&', '&amp;', '<', '>', ']]>', '<!--', '-->'],
  ...['{', '}', '[', ']', '(', ')', '|', ';', ',', ':', '/', '//', '*', '?', '=', '#', '@', '!', '--', '/*', '..'],
  ...['null', 'NULL', 'NaN', 'Infinity', '-0', '0x1A', '1e309', '9223372036854775808', '__proto__', 'constructor'],
);

/** Any code point, those that are no letters included; fast-check's own such unit takes a second to be prepared. */
const anyUnit = oneof(nat(0xff), nat(0xffff), nat(0x10ffff)).map((code) => String.fromCodePoint(code));

/** Any text, halves of letters and NUL included; shrinks to few and plain characters. */
export function hostileText(maxLength = 20): Arbitrary<string> {
  return oneof(
    string({ maxLength }),
    string({ unit: 'grapheme', maxLength }),
    string({ unit: anyUnit, maxLength }),
    array(oneof(odd, string({ maxLength: 3 })), { maxLength }).map((parts) => parts.join('')),
  );
}

/** Text that PostgreSQL stores: hostile, but whole letters and no NUL. */
export function storableText(maxLength = 20): Arbitrary<string> {
  return hostileText(maxLength).map((text) => text.replaceAll('\0', '').toWellFormed());
}
