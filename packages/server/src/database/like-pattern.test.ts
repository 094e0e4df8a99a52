import { describe, expect, it } from 'vitest';
import { containsPattern, likePattern } from './like-pattern.ts';

describe('patterns of LIKE', () => {
  it('leave nothing wild but the percent sign', () => {
    expect(likePattern('%a_b\\c%')).toBe('%a\\_b\\\\c%');
  });

  it('find a text within others, none of it wild', () => {
    expect(containsPattern('50%_\\')).toBe('%50\\%\\_\\\\%');
  });
});
