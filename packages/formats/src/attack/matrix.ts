/** A technique of a matrix with how often it was met. */
export interface Technique {
  readonly id: number;
  /** Such as T1566.001; empty where the galaxy has no such numbers. */
  readonly externalId: string;
  readonly name: string;
  readonly tagName: string;
  /** Events that carry it. */
  readonly count: number;
  /** Places in the matrix, as `tab:phase`. */
  readonly places: readonly string[];
}

/** A galaxy that has a kill chain, with its techniques. */
export interface AttackMatrix {
  readonly galaxy: { readonly uuid: string; readonly name: string; readonly type: string };
  /** Phases of each tab in their order. */
  readonly tabs: Readonly<Record<string, readonly string[]>>;
  readonly techniques: readonly Technique[];
}

/** A tab laid out: the techniques of each phase, most met first, then by name. */
export interface MatrixTab {
  readonly name: string;
  readonly phases: readonly { readonly name: string; readonly techniques: readonly Technique[] }[];
}

/** The matrix by tab and phase. */
export function layOutMatrix({ tabs, techniques }: AttackMatrix): MatrixTab[] {
  const byPlace = new Map<string, Technique[]>();
  for (const technique of techniques) {
    for (const place of technique.places) {
      const there = byPlace.get(place);
      if (there === undefined) byPlace.set(place, [technique]);
      else there.push(technique);
    }
  }
  const order = (x: Technique, y: Technique) => y.count - x.count || (x.name < y.name ? -1 : 1);
  return Object.entries(tabs).map(([name, phases]) => ({
    name,
    phases: phases.map((phase) => ({
      name: phase,
      techniques: (byPlace.get(`${name}:${phase}`) ?? []).sort(order),
    })),
  }));
}

/** A colour from green to red by the share of the highest count; null for what was not met. */
export function heatColour(count: number, highest: number): string | null {
  if (count === 0 || highest === 0) return null;
  const hue = Math.round(120 - 120 * (count / highest));
  return `hsl(${hue}, 85%, 55%)`;
}
