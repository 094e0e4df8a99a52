/** Text between quotes in a rule: quotes, backslashes and all but printable ASCII are escaped, bytes of UTF-8 each. */
export function yaraText(text: string): string {
  let written = '';
  for (const letter of text) {
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
  for (const letter of text.replaceAll(/\r\n?/g, '\n')) {
    if (letter === '\n') written += '\\r?\\n';
    else if (/[A-Za-z0-9 _,;:=@~!"'<>&%#-]/.test(letter)) written += letter;
    else if (letter > ' ' && letter <= '~') written += `\\${letter}`;
    else written += bytesOf(letter);
  }
  return `/${written}/`;
}

function bytesOf(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
