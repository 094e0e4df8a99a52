import { escapeXmlText } from './escape.ts';
import { type JsonToken, jsonTokens } from './json-tokens.ts';

const PIECE_LENGTH = 64 * 1024;

/** How MISP's XML differs from the JSON of the same search. */
export interface XmlOptions {
  /** Members that are left out, by the name of the element they stand in: `{ Attribute: ['Event'] }`. */
  readonly without: Readonly<Record<string, readonly string[]>>;
  /** Each of the outermost elements is followed by a line break. */
  readonly lineBreaks: boolean;
}

/**
 * MISP's XML of a search, made from the JSON of the same search as it comes: an element a member, lists repeat the
 * element, what is empty (a list as well) is an empty element, false is 0. Of lists in the outermost `response` the items' members are
 * the elements. Memory is bounded by the longest value and the depth.
 */
export async function* writeXml(json: AsyncIterable<string | Buffer>, options: XmlOptions): AsyncGenerator<string> {
  const writer = createXmlWriter(options);
  let text = '<?xml version="1.0" encoding="UTF-8"?>\n<response>';
  for await (const tokens of jsonTokens(json)) {
    for (const token of tokens) text += writer(token);
    if (text.length >= PIECE_LENGTH) {
      yield text;
      text = '';
    }
  }
  yield `${text}</response>\n`;
}

/** A map or list that is open; `name` is what its items or itself are called, null where they have no element. */
interface Level {
  readonly of: 'map' | 'list';
  readonly name: string | null;
  isEmpty: boolean;
}

function createXmlWriter({ without, lineBreaks }: XmlOptions): (token: JsonToken) => string {
  const levels: Level[] = [];
  let name: string | null = null;
  let elements = 0;
  /** Depth of the member that is being left out, or null. */
  let skipped: number | null = null;

  /** The name of the value that begins, null for the document, `response` and its items. */
  function currentName(): string | null {
    const level = levels.at(-1);
    if (level === undefined) return null;
    return level.of === 'list' ? level.name : name;
  }

  function open(of: 'map' | 'list'): string {
    const own = currentName();
    const element = own === 'response' && levels.length === 1 ? null : own;
    const isElement = of === 'map' && element !== null;
    const parent = levels.at(-1);
    if (parent) parent.isEmpty = false;
    levels.push({ of, name: element, isEmpty: true });
    if (isElement) elements += 1;
    return isElement && skipped === null ? `<${tagOf(element)}>` : '';
  }

  function close(): string {
    const level = levels.pop();
    if (level === undefined || level.name === null) return '';
    if (level.of === 'list') {
      // An outermost list without items has nothing that an element could stand for.
      return level.isEmpty && skipped === null && elements > 0 ? `<${tagOf(level.name)}/>` : '';
    }
    elements -= 1;
    if (skipped !== null) return '';
    return `</${tagOf(level.name)}>${lineBreaks && elements === 0 ? '\n' : ''}`;
  }

  function value(text: string): string {
    const own = currentName();
    const parent = levels.at(-1);
    if (parent) parent.isEmpty = false;
    if (skipped !== null || own === null) return '';
    const tag = tagOf(own);
    return text === '' ? `<${tag}/>` : `<${tag}>${escapeXmlText(text)}</${tag}>`;
  }

  function isSkippedHere(): boolean {
    const parent = levels.at(-1)?.name ?? '';
    return name !== null && (without[parent]?.includes(name) ?? false);
  }

  return (token) => {
    switch (token.kind) {
      case 'name':
        name = token.text;
        if (skipped === null && isSkippedHere()) skipped = levels.length;
        return '';
      case 'open':
        return open(token.of);
      case 'close': {
        const text = close();
        if (skipped === levels.length) skipped = null;
        return text;
      }
      default: {
        const text = value(textOf(token));
        if (skipped === levels.length) skipped = null;
        return text;
      }
    }
  };
}

function textOf(token: JsonToken): string {
  if (token.kind === 'true') return '1';
  if (token.kind === 'false') return '0';
  return token.kind === 'string' || token.kind === 'number' ? token.text : '';
}

const tags = new Map<string, string>();
const MOST_TAGS = 2_000;

/** The name as XML allows it. */
function tagOf(name: string): string {
  const known = tags.get(name);
  if (known !== undefined) return known;
  const tag = /^[A-Za-z_][\w.-]*$/.test(name) ? name : `_${name.replaceAll(/[^\w.-]/g, '_')}`;
  if (tags.size < MOST_TAGS) tags.set(name, tag);
  return tag;
}
