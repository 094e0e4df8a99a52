import { type Json, objects, text } from '../../stix2/json.ts';

/** Colours from the most to the least permissive; TLP 2.0's names have the colour of what they replace or refine. */
const colours: Readonly<Record<string, readonly [rank: number, colour: string]>> = {
  'tlp:white': [0, 'WHITE'],
  'tlp:clear': [0, 'WHITE'],
  'tlp:green': [1, 'GREEN'],
  'tlp:amber': [2, 'AMBER'],
  'tlp:amber+strict': [2, 'AMBER'],
  'tlp:red': [3, 'RED'],
};

/** TLP 2.0's names have no colour of their own in STIX 1: they are told beside it. */
const toldBeside: ReadonlySet<string> = new Set(['tlp:clear', 'tlp:amber+strict']);

/** What MISP's confidence tags are in STIX (HighMediumLowVocab 1.0), least first: the least of several counts. */
const confidences: readonly (readonly [tag: string, value: string])[] = [
  ['misp:confidence-level="confidence-cannot-be-evaluated"', 'Unknown'],
  ['misp:confidence-level="unconfident"', 'None'],
  ['misp:confidence-level="rarely-confident"', 'Low'],
  ['misp:confidence-level="fairly-confident"', 'Medium'],
  ['misp:confidence-level="usually-confident"', 'High'],
  ['misp:confidence-level="completely-confident"', 'High'],
];

/** Names of the tags of elements, and of clusters that came without their tag; each once. */
export function tagNames(elements: readonly Json[]): string[] {
  const names = new Set(elements.flatMap((element) => objects(element, 'Tag')).map((tag) => text(tag, 'name')));
  for (const galaxy of elements.flatMap((element) => objects(element, 'Galaxy'))) {
    for (const cluster of objects(galaxy, 'GalaxyCluster')) names.add(text(cluster, 'tag_name'));
  }
  names.delete('');
  return [...names];
}

/** The handling of what has these tags: the strictest colour, and every other tag as a statement. */
export function handling(names: readonly string[]): Json {
  let [most, colour] = [-1, ''];
  for (const name of names) {
    const [rank, own] = (Object.hasOwn(colours, name) ? colours[name] : undefined) ?? [-1, ''];
    if (rank > most) [most, colour] = [rank, own];
  }
  const statements = names.filter((name) => !Object.hasOwn(colours, name) || toldBeside.has(name));
  if (colour === '' && statements.length === 0) return {};
  return {
    handling: [
      {
        marking_structures: [
          ...(colour === '' ? [] : [{ color: colour, 'xsi:type': 'tlpMarking:TLPMarkingStructureType' }]),
          ...statements.map((statement) => ({
            statement,
            'xsi:type': 'simpleMarking:SimpleMarkingStructureType',
          })),
        ],
      },
    ],
  };
}

/** STIX's word for how sure these tags are; null when none tells. */
export function confidenceOf(names: readonly string[]): string | null {
  return confidences.find(([tag]) => names.includes(tag))?.[1] ?? null;
}
