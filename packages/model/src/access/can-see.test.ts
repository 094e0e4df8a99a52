import { describe, expect, it } from 'vitest';
import { canSee, type Reach, type Viewer, type World } from './can-see.ts';

const world: World = {
  sharingGroups: new Map([
    [1, { organisationIds: new Set([2, 3]), allOrganisations: false }],
    [2, { organisationIds: new Set(), allOrganisations: true }],
  ]),
  unpublishedPrivate: false,
};
const owner: Viewer = { organisationId: 1, isSiteAdmin: false };
const member: Viewer = { organisationId: 2, isSiteAdmin: false };
const stranger: Viewer = { organisationId: 4, isSiteAdmin: false };
const admin: Viewer = { organisationId: 4, isSiteAdmin: true };

function reach(distribution: number, sharingGroupId: number | null = null): Reach {
  return { distribution, sharingGroupId };
}

function event(distribution: number, sharingGroupId: number | null = null, published = true) {
  return { ...reach(distribution, sharingGroupId), ownerId: 1, published };
}

describe('canSee', () => {
  it.each([1, 2, 3])('shows an event of distribution %i to every organisation', (level) => {
    expect(canSee(world, stranger, { event: event(level), within: [] })).toBe(true);
  });

  it.each([0, 5, 9, -1])('shows an event of distribution %i to its owner alone', (level) => {
    expect(canSee(world, stranger, { event: event(level), within: [] })).toBe(false);
    expect(canSee(world, owner, { event: event(level), within: [] })).toBe(true);
    expect(canSee(world, admin, { event: event(level), within: [] })).toBe(true);
  });

  it('shows a sharing group event to members', () => {
    expect(canSee(world, member, { event: event(4, 1), within: [] })).toBe(true);
    expect(canSee(world, stranger, { event: event(4, 1), within: [] })).toBe(false);
    expect(canSee(world, stranger, { event: event(4, 2), within: [] })).toBe(true);
    expect(canSee(world, member, { event: event(4, 99), within: [] })).toBe(false);
    expect(canSee(world, member, { event: event(4), within: [] })).toBe(false);
  });

  it('hides an attribute whose object is for the owner only', () => {
    const row = { event: event(3), within: [reach(0), reach(3)] };
    expect(canSee(world, stranger, row)).toBe(false);
    expect(canSee(world, owner, row)).toBe(true);
  });

  it('needs every sharing group on the way', () => {
    const row = { event: event(4, 2), within: [reach(5), reach(4, 1)] };
    expect(canSee(world, member, row)).toBe(true);
    expect(canSee(world, stranger, row)).toBe(false);
  });

  it('shows an event of the owner’s alone to the organisation that is asked to take it over', () => {
    const pending = { ...event(0), delegatedTo: 2 };
    expect(canSee(world, member, { event: pending, within: [reach(5)] })).toBe(true);
    expect(canSee(world, member, { event: pending, within: [reach(0)] })).toBe(false);
    expect(canSee(world, stranger, { event: pending, within: [] })).toBe(false);
    expect(canSee(world, member, { event: event(0), within: [] })).toBe(false);
  });

  it('keeps unpublished events private where the instance says so', () => {
    const strict = { ...world, unpublishedPrivate: true };
    expect(canSee(strict, member, { event: event(3, null, false), within: [] })).toBe(false);
    expect(canSee(strict, owner, { event: event(3, null, false), within: [] })).toBe(true);
    expect(canSee(strict, member, { event: event(3), within: [] })).toBe(true);
  });
});
