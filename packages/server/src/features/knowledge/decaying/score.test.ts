import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseScore, currentScore, type Evidence, readParameters } from './score.ts';

const DAY = 86_400;
const parameters = readParameters({
  lifetime: 10,
  decay_speed: 2,
  threshold: 30,
  default_base_score: 80,
  base_score_config: { 'scale:level': 0.75, grade: '0.25' },
});
const none: Evidence = {
  ageSeconds: 0,
  unchangedSeconds: 0,
  retentionDays: [],
  truePositives: 0,
  falsePositives: 0,
};

describe('the base score', () => {
  it('is the weighted mean of the numbers of tags', () => {
    const tags = [
      { name: 'scale:level="high"', value: 100 },
      { name: 'grade:b', value: 20 },
      { name: 'other:tag', value: 1 },
    ];
    expect(baseScore(parameters, tags, [])).toBe(80);
    expect(baseScore(parameters, [], tags.slice(1))).toBe(20);
  });

  it('takes a tag of the attribute before those of its event, by predicate', () => {
    const own = [{ name: 'scale:level="low"', value: 10 }];
    const ofEvent = [
      { name: 'scale:level="high"', value: 100 },
      { name: 'grade:b', value: 50 },
    ];
    expect(baseScore(parameters, own, ofEvent)).toBe(20);
  });

  it("is the model's own where no tag has a weight", () => {
    expect(baseScore(parameters, [{ name: 'free text', value: 5 }], [])).toBe(80);
  });
});

describe('the polynomial score', () => {
  const after = (days: number) => currentScore('Polynomial', parameters, 80, { ...none, ageSeconds: days * DAY });

  it('falls from the base to nothing in the lifetime', () => {
    expect(after(0)).toBe(80);
    expect(after(2.5)).toBeCloseTo(40);
    expect(after(10)).toBe(0);
    expect(after(1000)).toBe(0);
  });

  it('never rises with age, nor leaves the range up to the base', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }), (a, b) => {
        const [early, late] = [after(Math.min(a, b)), after(Math.max(a, b))];
        expect(late).toBeLessThanOrEqual(early);
        expect(early).toBeLessThanOrEqual(80);
        expect(late).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('ends early by retention only in its extended form', () => {
    const evidence = { ...none, ageSeconds: DAY, unchangedSeconds: 8 * DAY, retentionDays: [7] };
    expect(currentScore('PolynomialExtended', parameters, 80, evidence)).toBe(0);
    expect(currentScore('polynomial', parameters, 80, evidence)).toBeGreaterThan(0);
  });
});

describe('the score by sightings', () => {
  it('is the share of true ones, once there are enough', () => {
    const model = readParameters({ settings: { minimum_sightings: 3, true_positive_offset: 1 } });
    const score = (truePositives: number, falsePositives: number) =>
      currentScore('Sightings', model, 80, { ...none, truePositives, falsePositives });
    expect(score(1, 1)).toBe(80);
    expect(score(2, 1)).toBe(60);
    expect(score(0, 3)).toBe(20);
  });
});
