import { DocumentRefused } from './reading.ts';

/** Nesting beyond this is meant to do harm: real documents stay under 20. */
const MOST_DEPTH = 100;

/**
 * Parses JSON from outside. The depth is found by looking at brackets before anything is built. Throws `DocumentRefused`.
 */
export function parseJsonText(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value));
  } catch (cause) {
    throw new DocumentRefused('The file is not valid JSON.', { cause });
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) index = endOfText(text, index);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MOST_DEPTH) throw new DocumentRefused(`The file nests more than ${MOST_DEPTH} levels deep.`);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

/** Index of the quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index;
    index += code === 0x5c ? 2 : 1;
  }
  return index;
}
