import { describe, expect, it } from 'vitest';
import { BadRequest } from '../../../errors.ts';
import { readDecayWanted } from './scoring.ts';

const read = (values: Record<string, unknown>) =>
  readDecayWanted((name) => ({ includeDecayScore: 1, ...values })[name]);

describe('the options of decay scores', () => {
  it('are read as numbers, lists and JSON', () => {
    expect(
      read({ decayingModel: ['5', 6, ' Phishing '], score: '30', modelOverrides: '{"lifetime":90}' }),
    ).toMatchObject({
      models: ['5', '6', 'phishing'],
      overrides: { threshold: 30, lifetime: 90 },
    });
    expect(read({ decayingModel: '', score: null, modelOverrides: [] })).toMatchObject({
      models: null,
      overrides: {},
    });
    expect(readDecayWanted(() => undefined)).toBeNull();
  });

  it.each([
    ['decayingModel', { decayingModel: ['5', {}] }],
    ['score', { score: 'high' }],
    ['modelOverrides', { modelOverrides: 'lifetime=9' }],
    ['modelOverrides', { modelOverrides: [1] }],
  ])('are refused naming %s', (name, values) => {
    expect(() => read(values)).toThrow(BadRequest);
    expect(() => read(values)).toThrow(name);
  });
});
