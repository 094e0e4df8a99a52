import { describe, expect, it } from 'vitest';
import { findCycles, type Import, listImports } from './imports.ts';

const imports = listImports();
const shown = (found: readonly Import[]) => found.map(({ from, to }) => `${from} -> ${to}`);

/** What each package may use. */
const below: Readonly<Record<string, readonly string[]>> = {
  model: [],
  formats: ['model'],
  server: ['model', 'formats'],
  web: ['model'],
  cli: ['model', 'formats', 'server'],
  testkit: ['model', 'formats', 'server'],
};

const packageOf = (module: string) => module.split('/')[0] ?? '';

/** `administration/users` of a module in a feature's folder, else null. */
const featureOf = (module: string) => /^server\/src\/features\/(\w+\/[\w-]+)\//.exec(module)?.[1] ?? null;

/** Look-ups that many features need: they hold no rules, so that a service around them would only repeat their names. */
const sharedQueries: ReadonlySet<string> = new Set([
  'administration/auth-keys/queries.ts',
  'administration/jobs/queries.ts',
  'administration/roles/queries.ts',
  'administration/sign-in/session-queries.ts',
  'administration/users/queries.ts',
  'knowledge/tag-collections/queries.ts',
  'knowledge/tags/list-queries.ts',
  'knowledge/tags/queries.ts',
  'knowledge/taxonomies/queries.ts',
  'knowledge/warninglists/queries.ts',
  'sharing/sharing-groups/queries.ts',
]);

describe('imports', () => {
  it('are found', () => {
    expect(imports).toContainEqual({ from: 'server/src/app.ts', to: 'server/src/config/config.ts', isType: true });
    expect(imports).toContainEqual({ from: 'server/src/http/body.ts', to: 'formats/src/index.ts', isType: false });
  });

  it('go in no circle', () => {
    const circle = [
      { from: 'a', to: 'b', isType: false },
      { from: 'b', to: 'c', isType: false },
      { from: 'c', to: 'b', isType: false },
      { from: 'c', to: 'a', isType: true },
    ];
    expect(findCycles(circle)).toEqual([['b', 'c']]);
    expect(findCycles(imports)).toEqual([]);
  });

  it('point from package to package in one direction', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [user, used] = [packageOf(from), packageOf(to)];
      return user !== used && !below[user]?.includes(used);
    });
    expect(shown(wrong)).toEqual([]);
  });

  it('of the rooms below the features take nothing but types from them', () => {
    const rooms = /^server\/src\/(access|changes|config|database|http|jobs|mail|outgoing|secrets)\//;
    const wrong = imports.filter(({ from, to, isType }) => rooms.test(from) && featureOf(to) !== null && !isType);
    expect(shown(wrong)).toEqual([]);
  });

  it('leave the statements of a feature to it, but for shared look-ups', () => {
    const foreign = imports.filter(({ from, to }) => {
      const [user, owner] = [featureOf(from), featureOf(to)];
      return user !== null && owner !== null && user !== owner && /queries\.ts$/.test(to);
    });
    const asked = new Set(foreign.map(({ to }) => to.slice('server/src/features/'.length)));
    expect([...asked].sort()).toEqual([...sharedQueries].sort());
  });
});
