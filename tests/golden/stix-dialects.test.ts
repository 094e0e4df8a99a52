import { describe, expect, it } from 'vitest';
import { sameShape } from './compare.ts';
import { stix1Differences, stix2Differences } from './stix-dialects.ts';

const UUID = 'b0000000-0000-4000-8000-000000000001';
const [OBSERVED, ADDRESS] = [`observed-data--${UUID}`, `ipv4-addr--${UUID}`];
const INDICATOR = { type: 'indicator', id: `indicator--${UUID}`, pattern: "[file:hashes.SHA1 = 'a']", labels: ['x'] };

const bundle = (...objects: object[]) => ({ type: 'bundle', id: 'bundle--1', objects });
const nothing = { recorded: [], answered: [] };

describe('the dialects of STIX 2.1', () => {
  it('are the same but for what the newer one adds', () => {
    const old = bundle({ ...INDICATOR, labels: ['x', 'misp:to_ids="True"'], valid_until: '2024-01-02T03:04:05Z' });
    const now = bundle(
      { type: 'observed-data', id: OBSERVED, object_refs: [ADDRESS], created: '2026-11-25T00:00:00Z' },
      { type: 'ipv4-addr', id: ADDRESS, value: '203.0.113.5' },
      { ...INDICATOR, pattern: "[file:hashes.'SHA-1' = 'a']" },
      { type: 'relationship', relationship_type: 'based-on', source_ref: INDICATOR.id, target_ref: OBSERVED },
    );
    expect(stix2Differences(old, now, 'events')).toEqual(nothing);
  });

  it.each([
    ['pattern', { pattern: "[file:hashes.'SHA-1' = 'b']" }],
    ['label', { labels: ['y'] }],
    ['description', { description: 'more' }],
    ['marking', { object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'] }],
  ])('tell another %s apart', (_what, other) => {
    const found = stix2Differences(bundle(INDICATOR), bundle({ ...INDICATOR, ...other }), 'events');
    expect([found.recorded.length, found.answered.length]).toEqual([1, 1]);
  });

  it('leave out of the pattern of an object what is not to detect, and of no other', () => {
    const both = { ...INDICATOR, pattern: "[file:name = 'a' AND file:size = '1']" };
    const one = { ...INDICATOR, pattern: "[file:name = 'a']" };
    expect(stix2Differences(bundle(both), bundle(one), 'events')).not.toEqual(nothing);
    const ofObject = (object: object) => bundle({ ...object, labels: ['misp:meta-category="file"'] });
    expect(stix2Differences(ofObject(both), ofObject(one), 'events')).toEqual(nothing);
    expect(stix2Differences(ofObject(one), ofObject(both), 'events')).not.toEqual(nothing);
  });

  it('miss nothing that one of them lacks', () => {
    const note = { type: 'note', id: `note--${UUID}`, content: 'a' };
    expect(stix2Differences(bundle(INDICATOR, note), bundle(INDICATOR), 'events').recorded).toHaveLength(1);
    expect(stix2Differences(bundle(INDICATOR), bundle(INDICATOR, note), 'events').answered).toHaveLength(1);
  });
});

describe('packages of STIX 1', () => {
  it('are the same in another order, at another time', () => {
    const old = { id: `Package-${UUID}`, indicators: [{ a: 1 }, { b: 2 }], timestamp: '2026-11-22T04:52:11+00:00' };
    const now = { id: `Package-${UUID}`, indicators: [{ b: 2 }, { a: 1 }], timestamp: '2026-11-25T20:09:21+00:00' };
    expect(stix1Differences(old, now)).toEqual(nothing);
    expect(stix1Differences(old, { ...now, indicators: [{ b: 2 }] })).not.toEqual(nothing);
  });
});

describe('texts of two runs', () => {
  it('may differ in times, generated ids and numbers of rules, and in nothing else', () => {
    const line = (uuid: string, epoch: number, toIds: number) => `"${uuid}",4,"domain",${toIds},${epoch}\n`;
    const made = ['5415c35b-46bd-4378-b015-546574a64b04', '5be5a6c2-65c3-4572-8f22-f2bf36093240'] as const;
    expect(sameShape(line(made[0], 1795322971, 1), line(made[1], 1795637344, 1), false)).toBe(true);
    expect(sameShape(line(made[0], 1795322971, 1), line(made[1], 1795637344, 0), false)).toBe(false);
    expect(sameShape(line(UUID, 1795322971, 1), line(made[1], 1795322971, 1), false)).toBe(false);
    expect(sameShape('sid:8617851; rev:1;', 'sid:6474653; rev:1;', false)).toBe(true);
    expect(sameShape('sid:8617851; rev:1;', 'sid:8617851; rev:2;', false)).toBe(false);
  });
});
