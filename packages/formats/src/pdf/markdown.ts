import { lexer, type Token, type Tokens } from 'marked';
import type { PageWriter } from './page-writer.ts';

const SIZES: Readonly<Record<number, number>> = { 1: 16, 2: 14, 3: 12 };
const BODY = 10;
const INDENT = 14;
const MOST_LEVELS = 12;

/** Writes Markdown (GitHub's flavour): headings, paragraphs, lists, quotes, code and tables; HTML stays as written. */
export function drawMarkdown(pages: PageWriter, markdown: string): void {
  drawAll(pages, lexer(markdown), 0);
}

function drawAll(pages: PageWriter, tokens: readonly Token[], level: number): void {
  for (const token of tokens) draw(pages, token, level);
}

function draw(pages: PageWriter, token: Token, level: number): void {
  const indent = Math.min(level, MOST_LEVELS) * INDENT;
  switch (token.type) {
    case 'heading':
      pages.space(6);
      pages.text(inline(token.tokens), { size: SIZES[token.depth] ?? 11, indent });
      pages.space(2);
      return;
    case 'list':
      drawList(pages, token as Tokens.List, level);
      return;
    case 'blockquote':
      drawAll(pages, token.tokens ?? [], level + 1);
      return;
    case 'code':
      pages.text(token.text, { size: 8, indent: indent + INDENT, colour: '#333333' });
      pages.space(4);
      return;
    case 'table':
      drawTable(pages, token as Tokens.Table);
      return;
    case 'hr':
      pages.rule();
      return;
    case 'space':
    case 'def':
      return;
    default:
      pages.text('tokens' in token && token.tokens ? inline(token.tokens) : token.raw.trimEnd(), {
        size: BODY,
        indent,
      });
      pages.space(4);
  }
}

function drawList(pages: PageWriter, list: Tokens.List, level: number): void {
  list.items.forEach((item, index) => {
    const mark = list.ordered ? `${Number(list.start || 1) + index}.` : '\u2022';
    const [first, ...others] = item.tokens;
    const isText = first !== undefined && 'tokens' in first && first.tokens !== undefined && first.type !== 'list';
    const text = isText ? inline(first.tokens) : '';
    const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
    pages.text(`${mark} ${box}${text}`, { size: BODY, indent: Math.min(level, MOST_LEVELS) * INDENT });
    drawAll(pages, isText ? others : item.tokens, level + 1);
  });
  if (level === 0) pages.space(4);
}

function drawTable(pages: PageWriter, table: Tokens.Table): void {
  const widths = table.header.map(() => 1 / table.header.length);
  const cells = (row: readonly Tokens.TableCell[]) => row.map((cell) => inline(cell.tokens));
  pages.row(cells(table.header), widths, { size: 9, colour: '#444444' });
  pages.rule();
  for (const row of table.rows) pages.row(cells(row), widths, { size: 9 });
  pages.space(4);
}

/** The text of inline tokens; links tell where they lead. */
function inline(tokens: readonly Token[] | undefined): string {
  return (tokens ?? []).map(inlineText).join('');
}

function inlineText(token: Token): string {
  if (token.type === 'br') return '\n';
  if (token.type === 'image') return `[${token.text}] (${token.href})`;
  if (token.type === 'link') {
    const text = inline(token.tokens);
    return text === token.href ? text : `${text} (${token.href})`;
  }
  if ('tokens' in token && token.tokens) return inline(token.tokens);
  return 'text' in token ? unescapeHtml(String(token.text)) : token.raw;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name) => entities[name] ?? '');
}
