import { Parser } from 'htmlparser2';
import { Invalid } from '../../../errors.ts';
import { escapeMarks } from './markdown.ts';
import type { ReadablePage } from './web-page.ts';

/** No page nests so deep; the parser's work on each element grows with it. */
const MOST_DEPTH = 1_000;
/** The part that a page itself calls the main one counts when it has so many characters. */
const LEAST_MAIN = 500;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Without what stands around the text, cannot be read, or would be loaded from elsewhere. */
const leftOut = words(
  'script style noscript template iframe object svg math button select textarea nav footer aside head',
);
const blocks = words(
  'address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody tfoot thead tr ul',
);
const bold = words('b strong');
const italic = words('i em');

interface Link {
  readonly href: string;
  readonly start: number;
}

/**
 * A page as Markdown in one pass over it, in time and memory that grow with its length alone: headings, lists, tables,
 * links, emphasis and code. For pages that are too large for finding their readable part otherwise; what the page marks
 * as its main part or article is preferred. Throws `Invalid` for pages that nest beyond all bounds.
 */
export function plainPage(html: string, url: string): ReadablePage {
  const writer = new PageWriter(url);
  const parser = new Parser({
    onopentag: (name, attributes) => writer.open(name, attributes),
    ontext: (text) => writer.text(text),
    onclosetag: (name) => writer.close(name),
  });
  parser.write(html);
  parser.end();
  return writer.page();
}

class PageWriter {
  readonly #url: string;
  readonly #blocks: string[] = [];
  /** From which block to which one the main parts reach. */
  readonly #mains: [from: number, to: number][] = [];
  readonly #lists: { isOrdered: boolean; count: number }[] = [];
  readonly #links: Link[] = [];
  /** Of the block that is being written; joined once, since a block may be as long as the page. */
  #pieces: string[] = [];
  /** Text since the last tag: the parser gives each entity by itself. */
  #said: string[] = [];
  #title = '';
  #depth = 0;
  #skipped = 0;
  #mainDepth = 0;
  #mainStart = 0;
  #quotes = 0;
  #pre = 0;
  #cells = 0;
  #isTitle = false;

  constructor(url: string) {
    this.#url = url;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#endText();
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new Invalid('', 'The page could not be read: it is too deeply nested.');
    if (name === 'title') this.#isTitle = this.#title === '';
    if (this.#skipped > 0 || leftOut.has(name)) {
      this.#skipped += 1;
      return;
    }
    if (blocks.has(name)) this.#flush();
    if (name === 'main' || name === 'article') this.#openMain();
    else if (name === 'ul' || name === 'ol') this.#lists.push({ isOrdered: name === 'ol', count: 0 });
    else if (name === 'li') this.#pieces.push(this.#marker());
    else if (/^h[1-6]$/.test(name)) this.#pieces.push(`${'#'.repeat(Number(name.charAt(1)))} `);
    else if (name === 'blockquote') this.#quotes += 1;
    else if (name === 'pre') this.#openPre();
    else if (name === 'br') this.#pieces.push(this.#pre > 0 ? '\n' : '  \n');
    else if (name === 'hr') this.#blocks.push('---');
    else if (name === 'td' || name === 'th') this.#openCell();
    else if (name === 'a') this.#links.push({ href: this.#hrefOf(attributes.href), start: this.#pieces.length });
    else this.#mark(name);
  }

  close(name: string): void {
    this.#endText();
    this.#depth -= 1;
    if (name === 'title') this.#isTitle = false;
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (name === 'a') this.#closeLink();
    else this.#mark(name);
    if (name === 'tr') this.#closeRow();
    else if (name === 'pre') this.#closePre();
    else if (blocks.has(name)) this.#flush();
    if (name === 'ul' || name === 'ol') this.#lists.pop();
    else if (name === 'blockquote') this.#quotes -= 1;
    else if (name === 'main' || name === 'article') this.#closeMain();
  }

  text(text: string): void {
    if (this.#isTitle) this.#title = (this.#title + text).slice(0, 1_000);
    if (this.#skipped === 0) this.#said.push(text);
  }

  #endText(): void {
    if (this.#said.length === 0) return;
    const text = this.#said.join('');
    this.#said = [];
    if (this.#pre > 0) this.#pieces.push(text);
    else {
      const plain = escapeMarks(text.replaceAll(/\s+/g, ' '));
      this.#pieces.push(this.#cells > 0 ? plain.replaceAll('|', '\\|') : plain);
    }
  }

  page(): ReadablePage {
    this.#endText();
    this.#flush();
    if (this.#mainDepth > 0) this.#mains.push([this.#mainStart, this.#blocks.length]);
    const main = this.#mains.flatMap(([from, to]) => this.#blocks.slice(from, to));
    const isLong = main.reduce((length, block) => length + block.length, 0) >= LEAST_MAIN;
    // Rows and items stand one under the other.
    const markdown = (isLong ? main : this.#blocks)
      .reduce((text, block) => `${text}${/^[> ]*(?:\||- |\d+\. )/.test(block) ? '\n' : '\n\n'}${block}`, '')
      .trim();
    return { title: this.#title.trim().replaceAll(/\s+/g, ' '), markdown };
  }

  #flush(): void {
    const text = this.#pre > 0 ? this.#pieces.join('') : this.#pieces.join('').trim();
    this.#pieces = [];
    this.#links.length = 0;
    if (/^(?:#+|-|\d+\.|)$/.test(text.trim())) return;
    const indent = '  '.repeat(Math.min(Math.max(0, this.#lists.length - 1), 20));
    const before = `${'> '.repeat(Math.min(this.#quotes, 20))}${indent}`;
    this.#blocks.push(before === '' ? text : text.replaceAll(/^/gm, before));
  }

  #marker(): string {
    const list = this.#lists.at(-1);
    if (list === undefined) return '- ';
    list.count += 1;
    return list.isOrdered ? `${list.count}. ` : '- ';
  }

  #mark(name: string): void {
    if (bold.has(name)) this.#pieces.push('**');
    else if (italic.has(name)) this.#pieces.push('*');
    else if (name === 'code' && this.#pre === 0) this.#pieces.push('`');
  }

  #openPre(): void {
    this.#pre += 1;
    if (this.#pre === 1) this.#pieces = ['```\n'];
  }

  #closePre(): void {
    if (this.#pre === 1) {
      const text = this.#pieces.join('').trimEnd();
      this.#pieces = text === '```' ? [] : [text, '\n```'];
    }
    this.#flush();
    this.#pre = Math.max(0, this.#pre - 1);
  }

  #openCell(): void {
    this.#cells += 1;
    this.#pieces.push(' | ');
  }

  #closeRow(): void {
    const row = this.#pieces.join('').replaceAll(/\s+/g, ' ').trim();
    this.#pieces = row === '' || row === '|' ? [] : [row, ' |'];
    this.#cells = 0;
    this.#flush();
  }

  #hrefOf(href: string | undefined): string {
    const target = href === undefined ? null : URL.parse(href, this.#url);
    return target !== null && /^https?:$/.test(target.protocol)
      ? target.href.replaceAll(/[()\s]/g, encodeURIComponent)
      : '';
  }

  #closeLink(): void {
    const link = this.#links.pop();
    if (link === undefined || link.href === '' || link.href.length > 2_000) return;
    const label = this.#pieces.splice(link.start).join('');
    this.#pieces.push(label.trim() === '' ? label : `[${label.trim()}](${link.href})`);
  }

  #openMain(): void {
    if (this.#mainDepth === 0) this.#mainStart = this.#blocks.length;
    this.#mainDepth += 1;
  }

  #closeMain(): void {
    if (this.#mainDepth === 1) this.#mains.push([this.#mainStart, this.#blocks.length]);
    this.#mainDepth = Math.max(0, this.#mainDepth - 1);
  }
}
