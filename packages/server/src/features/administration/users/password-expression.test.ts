import { describe, expect, it } from 'vitest';
import { matchesInTime, readExpression } from './password-expression.ts';

/** MISP's own default value of the setting. */
const DEFAULT = String.raw`/^((?=.*\d)|(?=.*\W+))(?![\n])(?=.*[A-Z])(?=.*[a-z]).*$|.{16,}/`;

describe('the expression for passwords', () => {
  it.each([
    ['Abcdefg1', true],
    ['abcdefg1', false],
    ['sixteen letters!', true],
  ])('of MISP: %s %s', (password, isRight) => {
    const expression = readExpression(DEFAULT);
    expect(expression !== null && matchesInTime(expression, password)).toBe(isRight);
  });

  it.each(['/(/', '/a/x', '', '//', '/[/i'])('is refused where it cannot be read: %s', (text) => {
    expect(readExpression(text)).toBeNull();
  });

  it('does not hold the server up', () => {
    const expression = readExpression('/^(a+)+$/');
    expect(expression !== null && matchesInTime(expression, `${'a'.repeat(60)}!`)).toBe(false);
  });
});
