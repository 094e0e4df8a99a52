import { isJson, type Json } from '../../stix2/json.ts';
import { itemsOf, plainText, typeOf } from './tree.ts';

/** Tags of an element's handling: TLP colours (AIS ones too) and statements. What is none of these goes to `leave`. */
export function readMarkings(json: Json, leave: (reason: string) => void = () => {}): string[] {
  const markings = itemsOf(json, 'handling', 'marking').filter(isJson);
  const structures = markings.flatMap((marking) => [
    ...itemsOf(marking, 'marking_structures').filter(isJson),
    ...itemsOf(marking, 'marking_structure').filter(isJson),
  ]);
  const names = structures.flatMap((structure) => {
    const tags = tagsOfStructure(structure);
    if (tags.length === 0 && Object.keys(structure).length > 0) leave(whyLeft(structure));
    return tags;
  });
  // TLP 2.0's names stand beside the colour that they have.
  const dropped = new Set([
    ...(names.includes('tlp:clear') ? ['tlp:white'] : []),
    ...(names.includes('tlp:amber+strict') ? ['tlp:amber'] : []),
  ]);
  return [...new Set(names.filter((name) => !dropped.has(name)))];
}

function whyLeft(structure: Json): string {
  const text = plainText(structure.statement) || plainText(structure.terms_of_use);
  if (text !== '') return `No tag holds the statement ${JSON.stringify(text.slice(0, 100))}.`;
  return `Markings of type ${typeOf(structure) || 'unknown'} have no place in MISP.`;
}

function tagsOfStructure(structure: Json): string[] {
  const colour = plainText(structure.color).toLowerCase();
  if (/^(white|green|amber|red)$/.test(colour)) return [`tlp:${colour}`];
  if (typeOf(structure) === 'AISMarkingStructure') {
    return [
      ...itemsOf(structure, 'is_proprietary').flatMap((part) => aisTags('Is_Proprietary', part)),
      ...itemsOf(structure, 'not_proprietary').flatMap((part) => aisTags('Not_Proprietary', part)),
    ];
  }
  const statement = plainText(structure.statement);
  return statement === '' || statement.length > 255 ? [] : [statement];
}

/** The marking of CISA's Automated Indicator Sharing in the words of the taxonomy `ais-marking`, and its TLP colour. */
function aisTags(kind: string, part: unknown): string[] {
  if (!isJson(part)) return [];
  const inner = (...keys: string[]) => keys.flatMap((key) => itemsOf(part, key)).filter(isJson);
  const consent = inner('aisconsent', 'ais_consent').map((one) => plainText(one.consent).toUpperCase());
  const colours = inner('tlpmarking', 'tlp_marking')
    .map((one) => plainText(one.color).toUpperCase())
    .filter((text) => /^(WHITE|GREEN|AMBER|RED)$/.test(text));
  const owned = [plainText(part.cisa_proprietary).toLowerCase()].filter((text) => /^(true|false)$/.test(text));
  return [
    ...consent.filter((text) => /^(EVERYONE|USG|NONE)$/.test(text)).map((text) => `ais-marking:AISConsent="${text}"`),
    `ais-marking:AISMarking="${kind}"`,
    ...owned.map((text) => `ais-marking:CISA_Proprietary="${text}"`),
    ...colours.map((text) => `ais-marking:TLPMarking="${text}"`),
    ...colours.map((text) => `tlp:${text.toLowerCase()}`),
  ];
}
