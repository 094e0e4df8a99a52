import { describe, expect, it } from 'vitest';
import { progressLine } from './progress.ts';

describe('the progress bar', () => {
  it('fills with what is done', () => {
    expect(progressLine(21, 42, 'half.json')).toBe(`[${'#'.repeat(15)}${'-'.repeat(15)}] 21/42 half.json`);
  });

  it('is full for nothing to do', () => {
    expect(progressLine(0, 0, '')).toContain('#'.repeat(30));
  });

  it('shows the end of a long name', () => {
    expect(progressLine(1, 2, `${'long/'.repeat(20)}name.json`)).toMatch(/ ….{30}name\.json$/);
  });
});
