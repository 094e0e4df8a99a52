import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { placeNodes } from './graph-layout.ts';
import { graphOfItems, mostNodes } from './graph-model.ts';

const item = (id: string) => ({ id, uuid: `u${id}`, type: 'ip-dst', label: `v${id}`, node_type: 'attribute' });

describe('the places of a graph', () => {
  it('are the same for the same graph, finite, and apart', () => {
    const graph = fc.integer({ min: 1, max: 30 }).chain((count) => {
      const end = fc.integer({ min: 0, max: count - 1 }).map((n) => `n${n}`);
      const edges = fc.array(fc.record({ from: end, to: end }), { maxLength: 40 });
      return fc.record({ edges, nodes: fc.constant(Array.from({ length: count }, (_, n) => ({ id: `n${n}` }))) });
    });
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const places = [...placeNodes(nodes, edges).values()];
        expect(places).toEqual([...placeNodes(nodes, edges).values()]);
        expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
        for (const [i, a] of places.entries())
          for (const b of places.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the graph of references', () => {
  it('leaves out what is not linked, and links to what is not there', () => {
    const graph = graphOfItems('7', {
      items: [item('1'), item('2'), item('3')],
      relations: [
        { from: '1', to: '2', type: 'drops' },
        { from: '1', to: '9', type: 'lost' },
      ],
    });
    expect(graph.nodes.map((node) => node.id)).toEqual(['1', '2']);
    expect(graph.edges.map((edge) => edge.label)).toEqual(['drops']);
  });

  it('draws the most linked nodes of a large one, and says how many there are', () => {
    const ids = Array.from({ length: mostNodes + 50 }, (_, n) => String(n));
    const graph = graphOfItems('7', {
      items: ids.map(item),
      relations: ids.slice(1).map((id) => ({ from: '0', to: id })),
    });
    expect([graph.nodes.length, graph.total]).toEqual([mostNodes, mostNodes + 50]);
    expect(graph.nodes.some((node) => node.id === '0')).toBe(true);
  });
});
