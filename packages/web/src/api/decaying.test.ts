import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { expiryDay, scoreAfter } from './decaying.ts';

const parameters = fc.record({
  lifetime: fc.integer({ min: 1, max: 1000 }),
  decay_speed: fc.double({ min: 0.1, max: 10, noNaN: true }),
  threshold: fc.integer({ min: 0, max: 100 }),
  default_base_score: fc.integer({ min: 0, max: 100 }),
});

describe('the score of an indicator', () => {
  it('starts at its base and ends at nought', () => {
    const model = { lifetime: 120, decay_speed: 2, threshold: 30, default_base_score: 80 };
    expect(scoreAfter(0, model, 80)).toBe(80);
    expect(scoreAfter(30, model, 80)).toBe(40);
    expect(scoreAfter(120, model, 80)).toBe(0);
  });

  it('never rises with time', () => {
    fc.assert(
      fc.property(parameters, fc.nat(1000), fc.nat(1000), (model, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(scoreAfter(early, model, 100)).toBeGreaterThanOrEqual(scoreAfter(late, model, 100));
      }),
    );
  });

  it('meets the threshold on the day it expires', () => {
    fc.assert(
      fc.property(parameters, (model) => {
        fc.pre(model.threshold > 0 && model.threshold < 100);
        expect(scoreAfter(expiryDay(model, 100), model, 100)).toBeCloseTo(model.threshold, 4);
      }),
    );
  });
});
