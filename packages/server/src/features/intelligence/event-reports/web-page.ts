import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { defaultTreeAdapter, parse, serialize } from 'parse5';
import TurndownService from 'turndown';
import { escapeMarks } from './markdown.ts';
import { plainPage } from './plain-page.ts';

/** A page as text to read. */
export interface ReadablePage {
  title: string;
  markdown: string;
}

const MAX_ELEMENTS = 5_000;
/** Parsers of pages take time by the square of the depth. */
const MAX_DEPTH = 200;
/** Of all elements together. */
const MAX_TOTAL_DEPTH = 100_000;
const MAX_MARKS = 10_000;
const BYTES_OF_A_MARK = 30;

/**
 * The readable part of an HTML page as Markdown, without scripts, pictures and links that are none of the web. Of pages
 * too large or too deep for finding that part all of the text. Throws `Invalid` for pages that nest beyond all bounds.
 */
export function readablePage(html: string, url: string): ReadablePage {
  if (!isModest(html)) return plainPage(html, url);
  try {
    const whole = completed(html);
    if (!isModest(whole)) return plainPage(html, url);
    const { document } = parseHTML(whole);
    resolveLinks(document, url);
    const article = new Readability(document, { maxElemsToParse: MAX_ELEMENTS, charThreshold: 200 }).parse();
    const content = article?.content ?? document.body?.innerHTML ?? '';
    return { title: article?.title?.trim() ?? '', markdown: markdownWriter().turndown(content).trim() };
  } catch (error) {
    // Deeply nested pages exhaust the stack, or become too many elements; Readability refuses long ones with an Error of
    // its own.
    if (error instanceof RangeError || (error instanceof Error && /Aborting parsing/.test(error.message))) {
      return plainPage(html, url);
    }
    throw error;
  }
}

/**
 * The page with the tags that are left out or misplaced where browsers put them (HTML, 13.2.6), which the parser that
 * makes Readability's document does not: it loses what stands beside the body. Throws `RangeError` for too many elements.
 */
function completed(html: string): string {
  let elements = 0;
  const createElement: typeof defaultTreeAdapter.createElement = (...parts) => {
    elements += 1;
    // Each paragraph makes formatting anew that was left open (HTML, 13.2.4.3): few marks may be millions of elements.
    if (elements > MAX_ELEMENTS) throw new RangeError('The page has too many elements.');
    return defaultTreeAdapter.createElement(...parts);
  };
  return serialize(parse(html, { scriptingEnabled: false, treeAdapter: { ...defaultTreeAdapter, createElement } }));
}

/** Elements without an end, and those whose end is often left out: they add nothing to the depth. */
const WITHOUT_END = new Set(
  `area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option
   optgroup colgroup rp rt html head body`.split(/\s+/),
);

/** Counts elements, depth, and marks outside of elements, before anything is parsed. */
function isModest(html: string): boolean {
  let elements = 0;
  let tags = 0;
  let depth = 0;
  let totalDepth = 0;
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][\w-]*)/gi)) {
    tags += 1;
    if (end === '') elements += 1;
    if (!WITHOUT_END.has(name.toLowerCase())) depth = Math.max(0, depth + (end === '' ? 1 : -1));
    totalDepth += depth;
    if (elements > MAX_ELEMENTS || depth > MAX_DEPTH || totalDepth > 2 * MAX_TOTAL_DEPTH) return false;
  }
  // Every character that is written as an entity becomes a text of its own in the parser, over and over.
  const marks = html.length - html.replaceAll(/[<>&]/g, '').length;
  return marks - 2 * tags <= Math.max(MAX_MARKS, html.length / BYTES_OF_A_MARK);
}

function resolveLinks(document: ReturnType<typeof parseHTML>['document'], base: string): void {
  for (const link of document.querySelectorAll('a[href]')) {
    const target = URL.parse(link.getAttribute('href') ?? '', base);
    if (target !== null && /^https?:$/.test(target.protocol)) link.setAttribute('href', target.href);
    else link.removeAttribute('href');
  }
}

function markdownWriter(): TurndownService {
  const writer = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  // Turndown's own escapes would break what indicators are found by: evil[.]com.
  writer.escape = escapeMarks;
  writer.remove(['script', 'style', 'noscript', 'iframe', 'object', 'form']);
  // A picture would be loaded from its site by everyone who reads the report.
  writer.addRule('pictures', { filter: ['img', 'picture', 'video', 'audio'], replacement: () => '' });
  return writer;
}
