import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { audienceKey, audienceOf, childAudience, eventAudience, isInAudience } from './audience.ts';
import { canSee, type Reach, type Row, type World } from './can-see.ts';

const organisation = fc.integer({ min: 1, max: 5 });
const reach: fc.Arbitrary<Reach> = fc.record({
  distribution: fc.integer({ min: -1, max: 6 }),
  sharingGroupId: fc.option(fc.integer({ min: 1, max: 5 })),
});
const group = fc.record({
  organisationIds: fc.uniqueArray(organisation).map((ids) => new Set(ids)),
  allOrganisations: fc.boolean(),
});
const world: fc.Arbitrary<World> = fc.record({
  // Group 5 never exists.
  sharingGroups: fc.array(group, { maxLength: 4 }).map((groups) => new Map(groups.map((g, index) => [index + 1, g]))),
  unpublishedPrivate: fc.boolean(),
});
const row: fc.Arbitrary<Row> = fc.record({
  event: fc
    .tuple(reach, organisation, fc.boolean(), fc.option(organisation))
    .map(([own, ownerId, published, delegatedTo]) => ({ ...own, ownerId, published, delegatedTo })),
  within: fc.array(reach, { maxLength: 2 }),
});
const viewer = fc.record({ organisationId: organisation, isSiteAdmin: fc.boolean() });

describe('audience', () => {
  it('admits exactly those who can see the row', () => {
    fc.assert(
      fc.property(world, viewer, row, (w, v, r) => {
        expect(isInAudience(w, v, audienceOf(r, w.unpublishedPrivate))).toBe(canSee(w, v, r));
      }),
      { numRuns: 5_000 },
    );
  });

  it('lists groups sorted and once', () => {
    const event = eventAudience({
      ownerId: 1,
      distribution: 4,
      sharingGroupId: 7,
      published: true,
      unpublishedPrivate: false,
    });
    const object = childAudience(event, 1, { distribution: 4, sharingGroupId: 3 });
    const attribute = childAudience(object, 1, { distribution: 4, sharingGroupId: 7 });
    expect(attribute).toEqual({ kind: 'groups', organisationId: 1, sharingGroupIds: [3, 7] });
    expect(audienceKey(attribute)).toBe('groups 1 3 7');
  });

  it('opens what is the owner’s alone to who is asked to take it over, within the limits of its parts', () => {
    const event = eventAudience({
      ...{ ownerId: 1, distribution: 0, sharingGroupId: null },
      delegatedTo: 2,
      published: false,
      unpublishedPrivate: false,
    });
    expect(event).toEqual({ kind: 'delegated', organisationId: 1, receiverId: 2, sharingGroupIds: [] });
    expect(childAudience(event, 1, { distribution: 5, sharingGroupId: null })).toEqual(event);
    expect(childAudience(event, 1, { distribution: 0, sharingGroupId: null }).kind).toBe('organisation');
    expect(audienceKey(childAudience(event, 1, { distribution: 4, sharingGroupId: 3 }))).toBe('delegated 1 2 3');
  });

  it('stays with the owner once a parent does', () => {
    const event = eventAudience({
      ownerId: 9,
      distribution: 0,
      sharingGroupId: null,
      published: true,
      unpublishedPrivate: false,
    });
    expect(childAudience(event, 9, { distribution: 3, sharingGroupId: null })).toEqual({
      kind: 'organisation',
      organisationId: 9,
    });
  });
});
