import { describe, expect, it } from 'vitest';
import { defang } from './defang.ts';

describe('defanging', () => {
  it.each([
    ['http://evil.test/a.php', 'hxxp://evil[.]test/a.php'],
    ['HTTPS://evil.test', 'hxxpS://evil[.]test'],
    ['192.0.2.1', '192[.]0[.]2[.]1'],
    ['evil.test|192.0.2.1', 'evil[.]test|192[.]0[.]2[.]1'],
    ['a@evil.test', 'a[@]evil[.]test'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a sentence. With dots.', 'a sentence. With dots.'],
  ])('makes %s harmless', (value, expected) => {
    expect(defang(value)).toBe(expected);
  });
});
