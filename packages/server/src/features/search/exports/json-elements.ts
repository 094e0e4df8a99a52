import type { Piece } from '../rest-search/held-transaction.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Depth at which attributes stand in `{"response": {"Attribute": [{…`. */
const ATTRIBUTE_DEPTH = 3;

/** The attributes of the JSON that a search of attributes answers, each as text. */
export async function* splitAttributes(pieces: AsyncIterable<Piece>): AsyncGenerator<string[]> {
  let depth = 0;
  let inText = false;
  let isEscaped = false;
  let item = '';
  for await (const chunk of pieces) {
    const piece = typeof chunk === 'string' ? chunk : chunk.toString();
    const items: string[] = [];
    let from = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) inText = false;
      } else if (code === QUOTE) inText = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (depth === ATTRIBUTE_DEPTH) from = index;
        depth += 1;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === ATTRIBUTE_DEPTH) {
          items.push(item + piece.slice(from, index + 1));
          item = '';
          from = index + 1;
        }
      }
    }
    if (depth > ATTRIBUTE_DEPTH) item += piece.slice(from);
    if (items.length > 0) yield items;
  }
}
