/** A node to be placed. */
export interface LayoutNode {
  readonly id: string;
}

/** A link that draws its ends together. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

/** In pixels of the drawing, before it is moved or scaled. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The golden angle: points along its spiral are spread evenly. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
const rounds = 200;
/** Beyond so many ideal lengths nodes no longer push each other: long chains stay together. */
const reach = 2.5;
/** Nodes are wider than high, and so is the screen. */
const stretch = 1.5;

/**
 * Places for the nodes of a small graph (hundreds): linked ones near each other, all apart (after Fruchterman and
 * Reingold, 1991). The same graph always gets the same picture. Time grows with the square of the nodes.
 */
export function placeNodes(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  distance = 110,
): ReadonlyMap<string, Point> {
  const count = nodes.length;
  const index = new Map(nodes.map((node, place) => [node.id, place]));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const radius = distance * 0.7 * Math.sqrt(i + 0.5);
    x[i] = radius * Math.cos(i * goldenAngle);
    y[i] = radius * Math.sin(i * goldenAngle);
  }
  const pairs = edges.flatMap(({ from, to }) => {
    const [a, b] = [index.get(from), index.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [[a, b] as const];
  });
  const get = (list: Float64Array, i: number) => list[i] ?? 0;
  for (let round = 0; round < rounds; round += 1) {
    const step = distance * 0.5 * (1 - round / rounds) + 0.5;
    const dx = new Float64Array(count);
    const dy = new Float64Array(count);
    const push = (i: number, j: number, force: (gap: number) => number) => {
      const [gx, gy] = [get(x, i) - get(x, j), get(y, i) - get(y, j)];
      const gap = Math.max(1, Math.hypot(gx, gy));
      const amount = force(gap) / gap;
      dx[i] = get(dx, i) + gx * amount;
      dy[i] = get(dy, i) + gy * amount;
      dx[j] = get(dx, j) - gx * amount;
      dy[j] = get(dy, j) - gy * amount;
    };
    for (let i = 0; i < count; i += 1)
      for (let j = i + 1; j < count; j += 1)
        push(i, j, (gap) => (gap > reach * distance ? 0 : (distance * distance) / gap));
    for (const [i, j] of pairs) push(i, j, (gap) => -(gap * gap) / distance);
    for (let i = 0; i < count; i += 1) {
      // A light pull to the middle keeps parts that are not linked from drifting away.
      const [fx, fy] = [get(dx, i) - get(x, i) * 0.4, get(dy, i) - get(y, i) * 0.4];
      const length = Math.max(1, Math.hypot(fx, fy));
      x[i] = get(x, i) + (fx / length) * Math.min(length, step);
      y[i] = get(y, i) + (fy / length) * Math.min(length, step);
    }
  }
  return new Map(nodes.map((node, i) => [node.id, { x: get(x, i) * stretch, y: get(y, i) }]));
}
