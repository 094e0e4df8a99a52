import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { Invalid } from '../../../errors.ts';
import { readablePage } from './web-page.ts';

const paragraph = '<p>The group used <b>new</b> servers, among them <a href="/c2">one</a> at 192.0.2.7. '.padEnd(
  600,
  'word ',
);

describe('readablePage', () => {
  it('keeps the text with its links and leaves scripts, pictures and odd links out', () => {
    const { title, markdown } = readablePage(
      `<html><head><title>A campaign</title></head><body><article><h1>A campaign</h1><script>steal()</script>
       ${paragraph}</p><p><img src="https://t.example/p.gif"><a href="javascript:steal()">click</a> @[tag](tlp:red)</p>
       ${paragraph}</p></article></body></html>`,
      'https://news.example.com/a/b',
    );
    expect(title).toBe('A campaign');
    expect(markdown).toContain('[one](https://news.example.com/c2)');
    expect(markdown).toContain('**new**');
    expect(markdown).toContain('click');
    expect(markdown).not.toMatch(/steal|p\.gif|@\[tag\]\(/);
  });

  it('refuses a page that is nested without end', () => {
    expect(() => readablePage(`${'<div>'.repeat(60_000)}x`, 'https://news.example.com/')).toThrow(Invalid);
  });

  it.each<[string, string, string]>([
    ['marks', '<'.repeat(200_000), '<<<'],
    ['entities', `<p>${'&amp;'.repeat(100_000)}</p>`, '&&&'],
    ['elements', '<b>x</b>'.repeat(20_000), '**x****x**'],
    ['nesting', `${'<div>'.repeat(150)}x${'</div>'.repeat(150)}`.repeat(100), 'x\n\nx'],
    ['breaks', 'a<br>'.repeat(100_000), 'a  \na'],
    ['links in one line', '<a href="/c2">a</a>'.repeat(50_000), '[a](https://news.example.com/c2)[a]'],
    ['cells in one row', `<table><tr>${'<td>a'.repeat(100_000)}</table>`, '| a | a |'],
    ['ends without a beginning', '</div></b>x'.repeat(50_000), 'x'],
  ])('reads the text of a page of many %s in one pass', (_what, html, expected) => {
    expect(readablePage(html, 'https://news.example.com/').markdown).toContain(expected);
  });

  it('keeps what a large page says, in the form it has there', () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `<tr><td>evil${n}[.]com<td>a|b</tr>`).join('');
    const { title, markdown } = readablePage(
      `<html><head><title>Indicators &amp; more</title><style>p{}</style></head><body><nav><a href="/">Home</a></nav>
       <main><h2>Servers</h2><p>Seen with <b>bold</b> <code>evil.exe</code> on <a href="/r">our site</a>.</p>
       <ol><li>first<li>second <ul><li>inner</ul></ol><pre>  line 1
  line 2</pre><blockquote><p>quoted @[tag](tlp:red) &lt;script></p></blockquote>
       <table><tr><th>Name</th><th>Note</th></tr>${rows}</table></main><footer>Imprint</footer></body></html>`,
      'https://news.example.com/a',
    );
    expect(title).toBe('Indicators & more');
    expect(markdown).toMatch(
      /^## Servers\n\nSeen with \*\*bold\*\* `evil.exe` on \[our site\]\(https:\/\/news.example.com\/r\)\.\n1. first\n2. second\n {2}- inner\n\n```\n {2}line 1\n {2}line 2\n```\n\n> quoted /,
    );
    expect(markdown).toContain('\n| Name | Note |\n| evil0[.]com | a\\|b |\n| evil1[.]com | a\\|b |');
    expect(markdown).not.toMatch(/Home|Imprint|p\{\}|@\[tag\]\(|(?<!\\)<script/);
  });

  it('keeps names that were written so that nobody follows them', () => {
    const page = readablePage(`<p>${'word '.repeat(200)} evil[.]com and a_b_c[at]evil.com</p>`, 'about:blank');
    expect(page.markdown).toContain('evil[.]com and a_b_c[at]evil.com');
  });

  it.each([
    '<!doctype html><html><head><title>T</title></head><p>evil.example</p></html>',
    '<html><main><p>evil.example</p></main>',
    '<html><body></body><p>evil.example</p></html>',
    '<!--<html>--><p>evil.example',
    '<p>one<html><p>evil.example',
    '<head></head><html>evil.example',
  ])('reads a page whose tags of head and body are left out or misplaced: %s', (html) => {
    expect(readablePage(html, 'https://news.example.com/').markdown).toContain('evil.example');
  });

  it('does not multiply formatting that is left open in every paragraph', () => {
    const open = Array.from({ length: 900 }, (_, n) => `<b class="${n}"></i>`).join('');
    const html = `<div>${open}</div>${'<p>evil.example</p>'.repeat(4_000)}`;
    expect(readablePage(html, 'https://news.example.com/').markdown).toContain('evil.example');
  });

  it('makes something of any damaged page, or refuses it, in time', { timeout: fc.timeLimit(60_000) }, () => {
    const page = `<html><head><title>T</title></head><body><main>${paragraph}</p><ul><li>a<li>b</ul><table><tr><td>x</table>
      <pre>code</pre><blockquote>q</blockquote></main></body></html>`;
    const edit = fc.record({
      at: fc.nat(page.length),
      cut: fc.nat(60),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('<div>', '</p>', '<!--', '<a href="', '&#x', '<table>', '<br>'),
      ),
      repeat: fc.constantFrom(1, 1, 1, 400, 8_000),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let html = page;
        for (const { at, cut, put, repeat } of edits)
          html = html.slice(0, at) + put.repeat(repeat) + html.slice(at + cut);
        const before = process.cpuUsage();
        try {
          expect(typeof readablePage(html, 'https://news.example.com/').markdown).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(Invalid);
        }
        expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
      }),
      { numRuns: 40 },
    );
  });

  it('makes something of an empty page', () => {
    expect(readablePage('', 'https://news.example.com/').markdown).toBe('');
  });
});
