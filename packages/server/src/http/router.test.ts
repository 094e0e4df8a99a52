import { describe, expect, it } from 'vitest';
import { json } from './answer.ts';
import type { Method, Operation } from './operation.ts';
import { createRouter } from './router.ts';

function operation(name: string, path: string, methods: Method[], more: Partial<Operation> = {}): Operation {
  const base = { name, path, methods, summary: name, effect: 'write' as const, permission: 'any' as const };
  return { ...base, handle: () => json(null), ...more } as Operation;
}

const router = createRouter([
  operation('events.index', '/events/index', ['GET', 'POST'], { effect: 'read' }),
  operation('events.view', '/events/view/{event}', ['GET'], { effect: 'read', aliases: ['/events/{event}'] }),
  operation('events.edit', '/events/edit/{event}', ['POST', 'PUT'], { aliases: ['/events/{event}'] }),
  operation('events.delete', '/events/delete/{event?}', ['POST', 'DELETE'], {
    aliases: [{ path: '/events/{event}', methods: ['DELETE'] }],
  }),
  operation('events.add', '/events/add', ['POST'], { aliases: ['/events'] }),
  operation('events.addTag', '/events/addTag/{event?}/{tag?}', ['POST']),
  operation('users.add', '/admin/users/add', ['POST']),
  operation('shadowAttributes.index', '/shadowAttributes/index/{event?}', ['GET'], { effect: 'read' }),
]);

function run(method: Method | 'HEAD' | 'OTHER', path: string): string {
  const found = router.find(
    method,
    path.split('/').filter((part) => part !== ''),
  );
  if (found.kind !== 'match') return found.kind;
  const args = Object.values(found.match.args).filter((value) => value !== undefined);
  return [found.match.operation.name, ...args].join(' ');
}

describe('the router', () => {
  it.each([
    ['GET', '/', 'events.index'],
    ['GET', '/events', 'events.index'],
    ['POST', '/events', 'events.add'],
    ['POST', '/events/index', 'events.index'],
    ['GET', '/events/17', 'events.view 17'],
    ['PUT', '/events/17', 'events.edit 17'],
    ['DELETE', '/events/17', 'events.delete 17'],
    ['HEAD', '/events/view/17', 'events.view 17'],
    ['POST', '/Events/addtag/4/75', 'events.addTag 4 75'],
    ['POST', '/events/addTag', 'events.addTag'],
    ['POST', '/users/admin_add', 'users.add'],
    ['POST', '/admin/users/add', 'users.add'],
    ['GET', '/shadow_attributes', 'shadowAttributes.index'],
  ] as const)('%s %s runs %s', (method, path, expected) => {
    expect(run(method, path)).toBe(expected);
  });

  it('lets a read action answer any verb, never as the resource behind the same controller', () => {
    expect(run('POST', '/events/view/17')).toBe('events.view 17');
    expect(run('OTHER', '/events/index')).toBe('events.index');
  });

  it('tells an unknown action from an unknown controller and from a wrong verb', () => {
    expect(run('GET', '/users/nothing')).toBe('unknown-action');
    expect(run('GET', '/events/nothing')).toBe('unknown-action');
    expect(run('GET', '/nothing/index')).toBe('unknown-controller');
    expect(run('GET', '/events/edit/17')).toBe('wrong-method');
  });

  it('refuses two operations on one path and verb', () => {
    const twice = [operation('a.one', '/a/b', ['GET']), operation('a.two', '/A/b', ['GET'])];
    expect(() => createRouter(twice)).toThrow('a.two');
  });
});
