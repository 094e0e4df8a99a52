/** A tag of a taxonomy, explained. */
export interface ContextTag {
  readonly name: string;
  readonly colour: string;
  readonly predicate: { readonly value: string; readonly text: string };
  readonly entry: { readonly value: string; readonly text: string } | null;
}

/** A cluster, told in short. */
interface ContextCluster {
  readonly id: number;
  readonly value: string;
  readonly description: string;
}

/** What tags and clusters say about some events, by where they come from. */
export interface ExportContext {
  readonly taxonomies: readonly {
    readonly namespace: string;
    readonly description: string;
    readonly tags: readonly ContextTag[];
  }[];
  readonly galaxies: readonly {
    readonly name: string;
    readonly icon: string;
    readonly description: string;
    readonly clusters: readonly ContextCluster[];
  }[];
}

const SHOWN = 300;

/** The beginning of a long description. */
export function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= SHOWN ? text : `${letters.slice(0, SHOWN).join('')}...`;
}
