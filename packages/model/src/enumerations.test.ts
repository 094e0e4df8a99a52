import { describe, expect, it } from 'vitest';
import { analysisStates, choiceName, distribution, distributions, threatLevels } from './enumerations.ts';

describe('choices', () => {
  it('are named as MISP names them', () => {
    expect(choiceName(threatLevels, 1)).toBe('High');
    expect(choiceName(analysisStates, 2)).toBe('Completed');
    expect(choiceName(distributions, distribution.inheritEvent)).toBe('Inherit event');
    expect(choiceName(distributions, 6)).toBeNull();
  });
});
