/** YARA has room for somewhat more while it reads a text or an expression; what is longer is cut. */
const MOST_BYTES = 8_000;
/** An expression goes on in two ways at few places (libyara's `RE_MAX_SPLIT_ID` is 128). */
const MOST_BREAKS = 120;

/** Text between quotes in a rule: quotes, backslashes and all but printable ASCII are escaped, bytes of UTF-8 each. */
export function yaraText(text: string): string {
  let written = '';
  let room = MOST_BYTES;
  for (const letter of text) {
    room -= Buffer.byteLength(letter);
    if (room < 0) break;
    if (letter === '"' || letter === '\\') written += `\\${letter}`;
    else if (letter >= ' ' && letter <= '~') written += letter;
    else if (letter === '\n') written += '\\n';
    else if (letter === '\t') written += '\\t';
    else written += bytesOf(letter);
  }
  return `"${written}"`;
}

/** The same as a regular expression, for values with line breaks: each kind of them matches. */
export function yaraRegex(text: string): string {
  let written = '';
  let breaks = 0;
  for (const letter of text.replaceAll(/\r\n?/g, '\n')) {
    if (letter === '\n') breaks += 1;
    const next = regexOf(letter);
    if (breaks > MOST_BREAKS || written.length + next.length > MOST_BYTES) break;
    written += next;
  }
  return `/${written}/`;
}

function regexOf(letter: string): string {
  if (letter === '\n') return '\\r?\\n';
  if (/[A-Za-z0-9 _,;:=@~!"'<>&%#-]/.test(letter)) return letter;
  return letter > ' ' && letter <= '~' ? `\\${letter}` : bytesOf(letter);
}

function bytesOf(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
