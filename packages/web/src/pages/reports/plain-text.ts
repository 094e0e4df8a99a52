/** More than any list shows; what is looked at stays short, whoever wrote the text. */
const MOST_CHARACTERS = 2000;

/** The first words of a Markdown text in one line, for lists: without signs, tables' frames and references. */
export function plainText(markdown: string): string {
  return markdown
    .slice(0, MOST_CHARACTERS)
    .split('\n')
    .filter((line) => !isFrame(line))
    .map((line) => line.trimStart().replace(/^(?:#{1,6}|>|[-*+]|\d+\.)\s+/, ''))
    .join(' ')
    .replace(/@!?\[(?:attribute|object|galaxymatrix)\]\([^)]*\)/g, '…')
    .replace(/@\[tag\]\(([^)]*)\)/g, '$1')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)/g, '')
    .replaceAll('|', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A fence of code, or the line below a table's head: `|---|:--|`. */
function isFrame(line: string): boolean {
  return line.trimStart().startsWith('```') || (line.includes('|') && /^[\s:|-]*$/.test(line));
}
