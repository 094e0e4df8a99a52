/** What a report's Markdown points at: `@[attribute](uuid)`, `@[tag](name)`; with `@![attribute](uuid)` a picture. */
export interface Reference {
  kind: 'attribute' | 'object' | 'tag' | 'galaxymatrix' | 'suggestion';
  /** A uuid, or the name of a tag. */
  target: string;
  picture: boolean;
  /** Where it stands: from `start` up to `end`, in UTF-16 units. */
  start: number;
  end: number;
}

// Names of tags hold quotes, and brackets in pairs: misp-galaxy:threat-actor="Some (Name)".
const REFERENCE = /@(!?)\[(attribute|object|tag|galaxymatrix|suggestion)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)/g;

/** The references in a text, in order. Time grows with the length of the text. */
export function findReferences(markdown: string): Reference[] {
  return [...markdown.matchAll(REFERENCE)].flatMap((match) => {
    const kind = readReferenceKind(match[2]);
    if (kind === null) return [];
    return [
      {
        kind,
        target: (match[3] ?? '').trim(),
        picture: match[1] === '!',
        start: match.index,
        end: match.index + match[0].length,
      },
    ];
  });
}

function readReferenceKind(word: string | undefined): Reference['kind'] | null {
  switch (word) {
    case 'attribute':
    case 'object':
    case 'tag':
    case 'galaxymatrix':
    case 'suggestion':
      return word;
    default:
      return null;
  }
}

/** The text with its references blanked out, so that what they name is not found again; lengths stay. */
export function withoutReferences(markdown: string): string {
  let text = '';
  let at = 0;
  for (const { start, end } of findReferences(markdown)) {
    text += markdown.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  return text + markdown.slice(at);
}

/** A link whose text holds brackets in pairs at most: `[evil[.]com](`. */
const LINK = /\[([^[\]\n]*(?:\[[^[\]\n]*\][^[\]\n]*)*)\]\(/g;

/** The text without what only formats it: what is bold, code or a link is looked through like other words. */
export function withoutFormat(markdown: string): string {
  return markdown.replaceAll(LINK, ' $1 ').replaceAll(/[`*]+/g, ' ');
}

/** Text of a page that stays as it is in Markdown, but for what would become a reference, a link or an element there. */
export function escapeMarks(text: string): string {
  return text
    .replaceAll(/(@!?)\[/g, '$1\\[')
    .replaceAll('](', ']\\(')
    .replaceAll(/<(?=[a-z/!?])/gi, '\\<');
}

/** The result of replacing: the text, and which of the values stood in it. */
export interface Replaced {
  content: string;
  replaced: string[];
}

/** Values are found by their first characters, so that thousands of them cost one look-up a place. */
const LONGEST_KEY = 16;

/**
 * Replaces values where they stand by themselves, outside references, by what `replacements` gives for each: `evil.com`
 * is not replaced in `notevil.com`. Of values that begin at one place the longest wins. One pass over the text.
 */
export function replaceValues(markdown: string, replacements: ReadonlyMap<string, string>): Replaced {
  const byKey = Map.groupBy(
    [...replacements.keys()].filter((value) => value !== '').sort((a, b) => b.length - a.length),
    (value) => value.slice(0, LONGEST_KEY),
  );
  if (byKey.size === 0) return { content: markdown, replaced: [] };
  const lengths = [...new Set([...byKey.keys()].map((key) => key.length))].sort((a, b) => b - a);
  const replaced = new Set<string>();
  const valueAt = (text: string, at: number): string | undefined => {
    const inWord = at > 0 && isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at));
    if (inWord) return undefined;
    for (const length of lengths) {
      const value = byKey.get(text.slice(at, at + length))?.find((wanted) => standsAt(text, wanted, at));
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const swap = (text: string): string => {
    let done = '';
    let copied = 0;
    for (let at = 0; at < text.length; ) {
      const value = valueAt(text, at);
      if (value === undefined) {
        at += 1;
        continue;
      }
      replaced.add(value);
      done += text.slice(copied, at) + (replacements.get(value) ?? value);
      at += value.length;
      copied = at;
    }
    return done + text.slice(copied);
  };
  let content = '';
  let at = 0;
  for (const { start, end } of findReferences(markdown)) {
    content += swap(markdown.slice(at, start)) + markdown.slice(start, end);
    at = end;
  }
  return { content: content + swap(markdown.slice(at)), replaced: [...replaced] };
}

function standsAt(text: string, value: string, at: number): boolean {
  if (!text.startsWith(value, at)) return false;
  const end = at + value.length;
  return !(end < text.length && isWord(text.charCodeAt(end)) && isWord(text.charCodeAt(end - 1)));
}

/** Letters and digits of ASCII, the underscore, and everything beyond ASCII. */
function isWord(code: number): boolean {
  const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
  return isLetter || (code >= 48 && code <= 57) || code === 95 || code > 127;
}

/** Text for a table cell or line of Markdown: no marks of its own. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]()<>#|!~]/g, '\\$&');
}
