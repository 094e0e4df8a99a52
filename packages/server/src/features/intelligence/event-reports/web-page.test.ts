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

  it.each([
    ['marks', '<'.repeat(200_000)],
    ['entities', `<p>${'&amp;'.repeat(100_000)}</p>`],
    ['elements', '<b>x</b>'.repeat(20_000)],
    ['nesting', `${'<div>'.repeat(150)}x${'</div>'.repeat(150)}`.repeat(100)],
  ])('refuses a page of many %s, which would keep its parser busy', (_what, html) => {
    expect(() => readablePage(html, 'https://news.example.com/')).toThrow(Invalid);
  });

  it('makes something of an empty page', () => {
    expect(readablePage('', 'https://news.example.com/').markdown).toBe('');
  });
});
