import { describe, expect, it } from 'vitest';
import { readLayout, writeLayout } from './kept-layout.ts';

const node = (id: string) => ({ id, kind: 'object', type: 'file', label: id, icon: 'cube', path: '' }) as const;

describe('a layout that is kept', () => {
  it('comes back with the places of the nodes it has', () => {
    const graph = { nodes: [node('o-1'), node('o-2')], edges: [], total: 2 };
    const json = writeLayout(graph, new Map([['o-1', { x: 10.4, y: -3 }]]));
    expect([...readLayout(json)]).toEqual([['o-1', { x: 10, y: -3 }]]);
  });

  it.each(['', '[]', '{"nodes":{}}', '{"nodes":[null,{"id":1},{"id":2,"x":"1","y":2},{"id":3,"x":1e9,"y":0}]}'])(
    'is empty out of %j',
    (json) => {
      expect(readLayout(json).size).toBe(0);
    },
  );
});
