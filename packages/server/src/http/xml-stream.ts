import { listItemXml, toXml, XML_END, XML_START } from './xml.ts';

/** What is not a list is held whole until it can be written; longer documents are broken off. */
const MOST_HELD = 32 * 1024 * 1024;

/**
 * JSON text that comes in pieces as MISP's XML form, piece by piece where it is a list: memory is bounded by one of its
 * elements. `itemName` is the element for rows without a name of their own. Throws when anything else than a list is
 * too long to be held.
 */
export async function* jsonAsXml(chunks: AsyncIterable<string | Buffer>, itemName: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const splitter = createListSplitter();
  let started = false;
  let held = '';
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    held = started ? '' : held + text;
    if (!started && held.trimStart().startsWith('[')) {
      started = true;
      yield XML_START;
    }
    if (!started && held.length > MOST_HELD) throw new Error('the answer is too long for XML');
    if (started) {
      const items = splitter(held === '' ? text : held);
      held = '';
      if (items.length > 0) yield items.map((item) => listItemXml(JSON.parse(item), itemName)).join('');
    }
  }
  yield started ? XML_END : toXml(JSON.parse(held === '' ? 'null' : held), itemName);
}

/** Cuts the text of a JSON list into those of its elements (RFC 8259), however the pieces fall. */
function createListSplitter(): (text: string) => string[] {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let item = '';
  return (text) => {
    const items: string[] = [];
    let from = depth === 0 ? -1 : 0;
    const finish = (end: number) => {
      const whole = (item + text.slice(from, end)).trim();
      item = '';
      if (whole !== '') items.push(whole);
    };
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (character === '\\') isEscaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '[' || character === '{') {
        depth += 1;
        if (depth === 1) from = at + 1;
      } else if (character === ']' || character === '}') {
        depth -= 1;
        if (depth === 0) finish(at);
      } else if (character === ',' && depth === 1) {
        finish(at);
        from = at + 1;
      }
    }
    if (depth > 0) item += text.slice(from);
    return items;
  };
}
