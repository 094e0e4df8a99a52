import { fc } from '@magpie/testkit/property';
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

/** The rules as the reference tells them, step by step. */
function naiveScore(
  weights: Record<string, number>,
  own: readonly { name: string; value: number }[],
  ofEvent: readonly { name: string; value: number }[],
  age: { seconds: number; lifetimeDays: number; decaySpeed: number; fallback: number },
): number {
  const base = (name: string) =>
    name.includes('=') ? name.slice(0, name.indexOf('=')) : name.slice(0, name.indexOf(':'));
  const replaced = ofEvent.filter(
    (tag) => !own.some((mine) => base(mine.name) in weights && base(mine.name) === base(tag.name)),
  );
  const counted = [...own, ...replaced].filter((tag) => base(tag.name) in weights);
  let sum = 0;
  for (const tag of counted) sum += weights[base(tag.name)] ?? 0;
  let start = 0;
  for (const tag of counted) start += ((weights[base(tag.name)] ?? 0) / sum) * tag.value;
  if (counted.length === 0 || sum === 0) start = age.fallback;
  const left = 1 - (age.seconds / (age.lifetimeDays * 86_400)) ** (1 / age.decaySpeed);
  return left < 0 ? 0 : start * left;
}

describe('scores of random tags and ages', () => {
  it('are those of the rules', () => {
    const name = fc.constantFrom('a:x="1"', 'a:x="2"', 'a:y="1"', 'b:z', 'b:w', 'c:q', 'a:z');
    const tags = fc.uniqueArray(fc.record({ name, value: fc.integer({ min: 0, max: 100 }) }), {
      selector: (tag) => tag.name,
    });
    const weights = fc.dictionary(fc.constantFrom('a:x', 'a:y', 'a', 'b'), fc.integer({ min: 0, max: 10 }));
    const age = fc.record({
      seconds: fc.integer({ min: 0, max: 20 * DAY }),
      lifetimeDays: fc.integer({ min: 1, max: 30 }),
      decaySpeed: fc.constantFrom(0.3, 1, 2.3, 4),
      fallback: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(tags, tags, weights, age, (own, ofEvent, config, { seconds, lifetimeDays, decaySpeed, fallback }) => {
        const model = readParameters({
          lifetime: lifetimeDays,
          decay_speed: decaySpeed,
          default_base_score: fallback,
          base_score_config: config,
        });
        const score = currentScore('polynomial', model, baseScore(model, own, ofEvent), {
          ...none,
          ageSeconds: seconds,
        });
        expect(score).toBeCloseTo(naiveScore(config, own, ofEvent, { seconds, lifetimeDays, decaySpeed, fallback }), 6);
      }),
      { numRuns: 500 },
    );
  });
});
