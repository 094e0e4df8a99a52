import { Marked, type Token, type Tokens, walkTokens } from 'marked';
import type { ReportElements } from './element-texts.ts';
import type { PageWriter, StyledPiece } from './page-writer.ts';
import { createPictureBudget, type PictureBudget } from './picture.ts';
import { checkPictures, type DrawnPictures, labelOf, type ReportReference, readReference } from './report-elements.ts';

const SIZES: Readonly<Record<number, number>> = { 1: 16, 2: 14, 3: 12 };
const BODY = 10;
const INDENT = 14;
const MOST_LEVELS = 12;

/** What is drawn with: the document, and what the report's references and pictures stand for. */
interface Drawing {
  readonly pages: PageWriter;
  readonly elements: ReportElements;
  readonly pictures: DrawnPictures;
  /** A picture counts each time it is drawn. */
  readonly budget: PictureBudget;
}

/** References to elements are tokens of their own, except in code. */
const marked = new Marked({
  extensions: [
    {
      name: 'reference',
      level: 'inline',
      start: (text) => text.search(/@!?\[/),
      tokenizer(text) {
        const found = readReference(text);
        if (found === null) return undefined;
        const { length, ...reference } = found;
        return { type: 'reference', raw: text.slice(0, length), reference };
      },
    },
  ],
});

/**
 * Writes Markdown (GitHub's flavour): headings, paragraphs, lists, quotes, code, tables, pictures that are part of the
 * text or attached, and what references to elements stand for; HTML stays as written.
 */
export async function drawMarkdown(pages: PageWriter, markdown: string, elements: ReportElements): Promise<void> {
  const tokens = marked.lexer(markdown);
  const addresses: string[] = [];
  const references: ReportReference[] = [];
  walkTokens(tokens, (token) => {
    if (token.type === 'image' && typeof token.href === 'string') addresses.push(token.href);
    const reference = referenceOf(token);
    if (reference?.isPicture) references.push(reference);
  });
  const pictures = await checkPictures(addresses, references, elements);
  drawAll({ pages, elements, pictures, budget: createPictureBudget() }, tokens, 0);
}

function referenceOf(token: Token): ReportReference | null {
  return token.type === 'reference' ? readReference(token.raw) : null;
}

function drawAll(drawing: Drawing, tokens: readonly Token[], level: number): void {
  for (const token of tokens) draw(drawing, token, level);
}

function draw(drawing: Drawing, token: Token, level: number): void {
  const { pages } = drawing;
  const indent = Math.min(level, MOST_LEVELS) * INDENT;
  switch (token.type) {
    case 'heading':
      pages.space(6);
      drawInline(drawing, token.tokens ?? [], { size: SIZES[token.depth] ?? 11, indent });
      pages.space(2);
      return;
    case 'list':
      drawList(drawing, token as Tokens.List, level);
      return;
    case 'blockquote':
      drawAll(drawing, token.tokens ?? [], level + 1);
      return;
    case 'code':
      pages.text(token.text, { size: 8, indent: indent + INDENT, colour: '#333333' });
      pages.space(4);
      return;
    case 'table':
      drawTable(drawing, token as Tokens.Table);
      return;
    case 'hr':
      pages.rule();
      return;
    case 'space':
    case 'def':
      return;
    default:
      if ('tokens' in token && token.tokens) drawInline(drawing, token.tokens, { size: BODY, indent });
      else pages.text(withoutData(token.raw.trimEnd()), { size: BODY, indent });
      pages.space(4);
  }
}

/** Text with its pictures: they stand between what is before and behind them. */
function drawInline(
  drawing: Drawing,
  tokens: readonly Token[],
  { size, indent }: { size: number; indent: number },
  first: readonly StyledPiece[] = [],
): void {
  let pieces: StyledPiece[] = [...first];
  const flush = () => {
    if (pieces.some(({ text }) => text.trim() !== '')) drawing.pages.text(pieces, { size, indent });
    pieces = [];
  };
  for (const token of tokens) {
    const picture = pictureOf(drawing.pictures, token);
    if (picture === undefined || !drawing.budget.take(picture.width * picture.height)) {
      const more = inlinePieces(drawing, token);
      // Behind a picture a line begins.
      pieces.push(...(pieces.length === 0 ? more.map(trimmed) : more));
      continue;
    }
    flush();
    drawing.pages.picture(picture, indent);
  }
  flush();
}

function trimmed(piece: StyledPiece): StyledPiece {
  return { ...piece, text: piece.text.replace(/^ +/, '') };
}

function pictureOf(pictures: DrawnPictures, token: Token) {
  if (token.type === 'image') return pictures.get(token.href);
  const reference = referenceOf(token);
  return reference?.isPicture ? pictures.get(reference.target.toLowerCase()) : undefined;
}

function drawList(drawing: Drawing, list: Tokens.List, level: number): void {
  list.items.forEach((item, index) => {
    const mark = list.ordered ? `${Number(list.start || 1) + index}.` : '\u2022';
    const [first, ...others] = item.tokens;
    const isText = first !== undefined && 'tokens' in first && first.tokens !== undefined && first.type !== 'list';
    const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
    const indent = Math.min(level, MOST_LEVELS) * INDENT;
    drawInline(drawing, isText ? (first.tokens ?? []) : [], { size: BODY, indent }, [{ text: `${mark} ${box}` }]);
    drawAll(drawing, isText ? others : item.tokens, level + 1);
  });
  if (level === 0) drawing.pages.space(4);
}

function drawTable(drawing: Drawing, table: Tokens.Table): void {
  const widths = table.header.map(() => 1 / table.header.length);
  const cells = (row: readonly Tokens.TableCell[]) => row.map((cell) => inline(drawing, cell.tokens));
  drawing.pages.row(cells(table.header), widths, { size: 9, colour: '#444444' });
  drawing.pages.rule();
  for (const row of table.rows) drawing.pages.row(cells(row), widths, { size: 9 });
  drawing.pages.space(4);
}

function inline(drawing: Drawing, tokens: readonly Token[] | undefined): StyledPiece[] {
  return (tokens ?? []).flatMap((token) => inlinePieces(drawing, token));
}

/** The text of an inline token; links tell where they lead, pictures that are not drawn where they are. */
function inlinePieces(drawing: Drawing, token: Token): StyledPiece[] {
  const reference = referenceOf(token);
  if (reference !== null) return [labelOf(drawing.elements, reference)];
  if (token.type === 'br') return [{ text: '\n' }];
  if (token.type === 'image') return [{ text: withAddress(`[${token.text}]`, token.href) }];
  if (token.type === 'link') {
    const pieces = inline(drawing, token.tokens);
    const text = pieces.map((piece) => piece.text).join('');
    return text === token.href ? pieces : [...pieces, { text: withAddress('', token.href) }];
  }
  if ('tokens' in token && token.tokens) return inline(drawing, token.tokens);
  return [{ text: withoutData('text' in token ? unescapeHtml(String(token.text)) : token.raw) }];
}

function withAddress(text: string, address: string): string {
  return /^data:/i.test(address) ? text : `${text} (${address})`;
}

/** Bytes written as text are nothing to read. */
function withoutData(text: string): string {
  return text.replaceAll(/(data:[\w/+.;=-]{0,80};base64,)[\w+/=%-]{64,}/gi, '$1\u2026');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name) => entities[name] ?? '');
}
