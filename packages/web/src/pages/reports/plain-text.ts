/** The words of a Markdown text in one line, for lists: without signs, tables' frames and references. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*```.*$/gm, ' ')
    .replace(/^\s*\|?[\s:|-]+\|[\s:|-]*$/gm, ' ')
    .replace(/@!?\[(?:attribute|object|galaxymatrix)\]\([^)]*\)/g, '…')
    .replace(/@\[tag\]\(([^)]*)\)/g, '$1')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, ' ')
    .replace(/(\*\*|__|~~|`)/g, '')
    .replaceAll('|', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
