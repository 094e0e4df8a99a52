import { describe, expect, it } from 'vitest';
import { tagColour, taxonomyColour, textColourOn } from './colour.ts';

describe('tagColour', () => {
  it('is the beginning of the MD5 of the name', () => {
    expect(tagColour('abc')).toBe('#900150');
  });
});

describe('taxonomyColour', () => {
  // Recorded from MISP; that taxonomy has 7 and 3 entries.
  it.each([
    [2, '#001270'],
    [3, '#001585'],
    [4, '#001899'],
    [5, '#001cad'],
    [6, '#001fc2'],
  ])('of entry %i of estimative-language is %s', (index, colour) => {
    expect(taxonomyColour('estimative-language', index, 10)).toBe(colour);
  });
});

describe('textColourOn', () => {
  it('contrasts', () => {
    expect(textColourOn('#ffffff')).toBe('#000000');
    expect(textColourOn('#000000')).toBe('#ffffff');
    expect(textColourOn('#FFC000')).toBe('#000000');
    expect(textColourOn('nonsense')).toBe('#000000');
  });
});
