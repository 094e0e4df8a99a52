import { describe, expect, it } from 'vitest';
import { textsFor } from './texts.ts';

describe('textsFor', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de-DE,de;q=0.9', 'en'],
    ['de,fr;q=0.8,en;q=0.9', 'en'],
    ['ja', 'ja'],
    ['zh-CN,zh;q=0.9', 'zh-Hans'],
    ['fr-CH, fr;q=0.9, en;q=0.8', 'fr'],
    ['en;q=0,ja;q=0.1', 'ja'],
    ['constructor', 'en'],
  ])('reads %j as %s', (header, language) => {
    expect(textsFor(header).language).toBe(language);
  });
});
