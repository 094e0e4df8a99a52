import type { Json } from '../json.ts';
import type { StixVersion } from './attribute-shapes.ts';

const tlpIds: Readonly<Record<string, string>> = {
  white: '613f2e26-407d-48c7-9eca-b8e91df99dc9',
  green: '34098fce-860f-48ae-8e50-ebd3cc5e41da',
  amber: 'f88d31f6-486f-44da-b317-01333bde0b82',
  red: '5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
};

/** TLP 2.0's own markings, of which MISP's library writes two. */
const tlp2Ids: Readonly<Record<string, string>> = {
  clear: '94868c89-83c2-464b-929b-a1a8aa3c8487',
  'amber+strict': '939a9414-2ddd-4d32-a0cd-375ea402b003',
};

const tlp2ReadOnly: Readonly<Record<string, string>> = {
  green: 'bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: '55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  red: 'e828b379-4e03-4974-9ac4-e53a884c97c1',
};

const TLP2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';

/** The marking definition of a TLP tag; null for a tag that is none, or has none in this version. */
export function tlpMarking(tag: string, version: StixVersion): Json | null {
  const colour = /^tlp:([a-z+]+)$/.exec(tag)?.[1];
  if (colour === undefined) return null;
  const first = tlpIds[colour];
  if (first !== undefined) {
    return {
      type: 'marking-definition',
      ...(version === '2.1' ? { spec_version: '2.1' } : {}),
      id: `marking-definition--${first}`,
      created: '2017-01-20T00:00:00.000Z',
      definition_type: 'tlp',
      ...(version === '2.1' ? { name: `TLP:${colour.toUpperCase()}` } : {}),
      definition: { tlp: colour },
    };
  }
  const second = tlp2Ids[colour];
  if (second === undefined || version === '2.0') return null;
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: `marking-definition--${second}`,
    created: '2022-10-01T00:00:00.000Z',
    name: `TLP:${colour.toUpperCase()}`,
    extensions: { [TLP2_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: colour } },
  };
}

/** TLP tags by the uuid of their marking definition, of both generations. */
export const tlpTags: ReadonlyMap<string, string> = new Map(
  [tlpIds, tlp2Ids, tlp2ReadOnly].flatMap((table) =>
    Object.entries(table).map(([colour, uuid]): [string, string] => [uuid, `tlp:${colour}`]),
  ),
);

/** Percentages of MISP's confidence tags. */
export const confidenceTags: ReadonlyMap<string, number> = new Map([
  ['misp:confidence-level="completely-confident"', 100],
  ['misp:confidence-level="usually-confident"', 75],
  ['misp:confidence-level="fairly-confident"', 50],
  ['misp:confidence-level="rarely-confident"', 25],
  ['misp:confidence-level="unconfident"', 0],
]);

/** MISP's tag for a confidence of another producer. */
export function confidenceTag(confidence: number): string {
  for (const [tag, least] of confidenceTags) if (confidence >= least) return tag;
  return 'misp:confidence-level="unconfident"';
}
