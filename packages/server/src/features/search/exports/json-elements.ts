import type { Piece } from '../rest-search/held-transaction.ts';

/** A part of the JSON of an event search. */
export type EventPart =
  /** Everything of an event but its attributes and objects, as far as it stands before them. */
  | { readonly kind: 'head'; readonly text: string }
  | { readonly kind: 'Attribute' | 'Object'; readonly items: readonly string[] }
  | { readonly kind: 'end' };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Depth at which the members of an event stand in `{"response": [{"Event": {…`. */
const EVENT_DEPTH = 4;
/** Items are handed on in lists of about this many. */
const ITEMS_AT_ONCE = 500;

/**
 * Takes the JSON that a search of events answers apart into heads, attributes and objects, each as text, without ever
 * holding an event: only the brackets are looked at.
 */
export async function* splitEvents(pieces: AsyncIterable<Piece>): AsyncGenerator<EventPart> {
  const splitter = createSplitter();
  for await (const piece of pieces) yield* splitter(typeof piece === 'string' ? piece : piece.toString());
}

function createSplitter(): (piece: string) => Generator<EventPart> {
  let depth = 0;
  let inText = false;
  let isEscaped = false;
  let list: 'Attribute' | 'Object' | null = null;
  let head = '';
  let hasHead = false;
  let item = '';
  let items: string[] = [];
  return function* take(piece) {
    // What belongs to the head or to an item is cut out of the piece in one go.
    let from = 0;
    const keep = (to: number) => {
      if (list === null && depth >= EVENT_DEPTH) head += piece.slice(from, to);
      else if (list !== null && depth > EVENT_DEPTH + 1) item += piece.slice(from, to);
      from = to;
    };
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (code === BACKSLASH) isEscaped = true;
        else if (code === QUOTE) inText = false;
        continue;
      }
      if (code === QUOTE) {
        inText = true;
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        const entersList = depth === EVENT_DEPTH && code === OPEN_BRACKET && list === null;
        if (entersList) {
          keep(index);
          list = /,"(Attribute|Object)":$/.exec(head)?.[1] === undefined ? null : listOf(head);
          if (list !== null) {
            if (!hasHead) yield { kind: 'head', text: head.replace(/,"(?:Attribute|Object)":$/, '') };
            hasHead = true;
            head = '';
            from = index + 1;
          }
        } else if (list !== null && depth === EVENT_DEPTH + 1) from = index;
        else if (list === null && depth === EVENT_DEPTH - 1) from = index;
        depth += 1;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        if (list !== null && depth === EVENT_DEPTH + 2) {
          keep(index + 1);
          items.push(item);
          item = '';
          if (items.length >= ITEMS_AT_ONCE) {
            yield { kind: list, items };
            items = [];
          }
        } else if (list !== null && depth === EVENT_DEPTH + 1) {
          if (items.length > 0) yield { kind: list, items };
          items = [];
          list = null;
          from = index + 1;
        } else if (depth === EVENT_DEPTH) {
          keep(index);
          if (!hasHead) yield { kind: 'head', text: head };
          yield { kind: 'end' };
          head = '';
          hasHead = false;
        }
        depth -= 1;
      }
    }
    keep(piece.length);
  };
}

function listOf(head: string): 'Attribute' | 'Object' | null {
  if (head.endsWith(',"Attribute":')) return 'Attribute';
  return head.endsWith(',"Object":') ? 'Object' : null;
}

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
