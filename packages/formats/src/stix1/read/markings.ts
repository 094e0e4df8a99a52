import { isJson, type Json } from '../../stix2/json.ts';
import { itemsOf, plainText, typeOf } from './tree.ts';

/** Tags of an element's handling: TLP colours (AIS ones too) and statements. */
export function readMarkings(json: Json, key = 'handling'): string[] {
  const markings = itemsOf(json, key, 'marking').filter(isJson);
  const structures = markings.flatMap((marking) => [
    ...itemsOf(marking, 'marking_structures').filter(isJson),
    ...itemsOf(marking, 'marking_structure').filter(isJson),
  ]);
  const names = structures.flatMap(tagsOfStructure);
  // TLP 2.0's names stand beside the colour that they have.
  const dropped = new Set([
    ...(names.includes('tlp:clear') ? ['tlp:white'] : []),
    ...(names.includes('tlp:amber+strict') ? ['tlp:amber'] : []),
  ]);
  return [...new Set(names.filter((name) => !dropped.has(name)))];
}

function tagsOfStructure(structure: Json): string[] {
  const colour = plainText(structure.color).toLowerCase();
  if (/^(white|green|amber|red)$/.test(colour)) return [`tlp:${colour}`];
  if (typeOf(structure) === 'AISMarkingStructure') {
    const parts = ['is_proprietary', 'not_proprietary'].flatMap((key) => itemsOf(structure, key)).filter(isJson);
    return parts
      .flatMap((part) => itemsOf(part, 'tlpmarking').concat(itemsOf(part, 'tlp_marking')).filter(isJson))
      .flatMap(tagsOfStructure);
  }
  const statement = plainText(structure.statement);
  return statement === '' || statement.length > 255 ? [] : [statement];
}
