import { describe, expect, it } from 'vitest';
import { fc, hostileText, storableText } from './index.ts';
import { readPropertySettings } from './settings.ts';

describe('property tests', () => {
  it('draw the same values in every run, unless they are told a seed', () => {
    const usual = readPropertySettings({});
    expect(usual).toEqual({ ...readPropertySettings({ MAGPIE_PROPERTY_SEED: '' }), factor: 1 });
    expect(readPropertySettings({ MAGPIE_PROPERTY_SEED: '-7', MAGPIE_PROPERTY_RUNS: '0.5' })).toEqual({
      ...{ seed: -7, factor: 0.5 },
    });
    const seeds = Array.from({ length: 3 }, () => readPropertySettings({ MAGPIE_PROPERTY_SEED: 'random' }).seed);
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it.each([{ MAGPIE_PROPERTY_SEED: '1.5' }, { MAGPIE_PROPERTY_SEED: '2147483648' }, { MAGPIE_PROPERTY_RUNS: '0' }])(
    'refuse %j',
    (environment) => expect(() => readPropertySettings(environment)).toThrow(Object.keys(environment)[0] ?? ''),
  );

  it('tell how to see a failure again', async () => {
    const { seed } = fc.readConfigureGlobal();
    const told = new RegExp(`seed: ${seed}, path: "[\\d:]+"[^]*Counterexample: \\[10\\]`);
    expect(() => fc.assert(fc.property(fc.nat(), (n) => n < 10))).toThrow(told);
    await expect(fc.assert(fc.asyncProperty(fc.nat(), async (n) => n < 10))).rejects.toThrow(told);
  });

  it('are tried as often as they say', () => {
    const { factor } = readPropertySettings(process.env);
    let runs = 0;
    fc.assert(
      fc.property(fc.nat(), () => {
        runs += 1;
      }),
      { numRuns: 20 },
    );
    expect(runs).toBe(Math.max(1, Math.round(20 * factor)));
  });

  it('meet halves of letters and NUL, but for what is to be stored', () => {
    const texts = fc.sample(hostileText(), { seed: 1, numRuns: 500 });
    expect([texts.some((text) => !text.isWellFormed()), texts.some((text) => text.includes('\0'))]).toEqual([
      true,
      true,
    ]);
    const stored = fc.sample(storableText(), { seed: 1, numRuns: 500 });
    expect(stored.every((text) => text.isWellFormed() && !text.includes('\0'))).toBe(true);
  });
});
