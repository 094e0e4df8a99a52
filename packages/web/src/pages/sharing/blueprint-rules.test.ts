import { describe, expect, it } from 'vitest';
import type { Organisation } from '../../api/wire.ts';
import { isUnfinished, type RuleGroup, readRules, selects, writeRules } from './blueprint-rules.ts';

const organisation = (facts: Partial<Organisation>): Organisation => ({
  id: '1',
  uuid: '5f0d2f3a-0000-4000-8000-000000000001',
  name: 'Mill',
  description: null,
  type: null,
  nationality: null,
  sector: null,
  contacts: null,
  local: true,
  restricted_to_domain: null,
  date_created: '',
  ...facts,
});

const nested: RuleGroup = {
  join: 'AND',
  conditions: [{ selector: 'org_sector', values: ['Energy', 'Water'] }],
  groups: [
    {
      join: 'OR',
      conditions: [
        { selector: 'org_nationality', values: ['Japan'] },
        { selector: 'sharing_group_id', values: ['4'] },
      ],
      groups: [],
      exceptions: [],
    },
  ],
  exceptions: [{ selector: 'org_name', values: ['Mill'] }],
};

describe('rules of a blueprint', () => {
  it('come back from their JSON as they were put together', () => {
    expect(readRules(writeRules(nested))).toEqual(nested);
  });

  it('are read in the forms that MISP takes: one value without a list, exceptions beside a single group', () => {
    expect(readRules('{"OR":{"org_sector":"Finance"},"NOT":{"org_id":[12]}}')).toEqual({
      join: 'OR',
      conditions: [{ selector: 'org_sector', values: ['Finance'] }],
      groups: [],
      exceptions: [{ selector: 'org_id', values: ['12'] }],
    });
  });

  it.each(['{', '[]', '{"OR":{"org_colour":["red"]}}', '{"NOT":{"OR":{}}}', '{"OR":{"org_name":[{}]}}'])(
    'stay JSON where groups cannot say the same: %s',
    (text) => {
      expect(readRules(text)).toBeUndefined();
    },
  );

  it('select by all or any of their parts, and never what is excepted', () => {
    const water = organisation({ name: 'Well', sector: 'Water', nationality: 'Japan' });
    expect(selects(nested, water)).toBe(true);
    expect(selects(nested, { ...water, nationality: 'France' })).toBe(false);
    expect(selects(nested, { ...water, name: 'Mill' })).toBe(false);
    expect(selects({ ...nested, join: 'OR', exceptions: [] }, { ...water, nationality: 'France' })).toBe(true);
  });

  it('are unfinished while a condition has no value or a group holds nothing', () => {
    expect(isUnfinished(nested)).toBe(false);
    expect(isUnfinished({ ...nested, conditions: [{ selector: 'org_type', values: [] }] })).toBe(true);
    expect(isUnfinished({ ...nested, conditions: [], groups: [] })).toBe(true);
  });
});
