import { HttpProblem } from '../../../http/errors.ts';
import { type JsonObject, readBoolean, readInteger, readText } from '../../../http/lenient.ts';
import { cleanTagName, readColour } from './tag-names.ts';

/** What a body says about a tag; undefined where it says nothing. */
export interface TagFields {
  name?: string;
  colour?: string;
  exportable?: boolean;
  org_id?: number;
  user_id?: number;
  hide_tag?: boolean;
  numerical_value?: number | null;
  local_only?: boolean;
}

/** Reads and checks the fields of `tags/add` and `tags/edit`. */
export function readTagFields(body: JsonObject): TagFields {
  const fields: TagFields = {};
  const name = readText(body, 'name');
  if (name !== undefined) {
    const clean = cleanTagName(name);
    if (clean === null) throw tagProblem('name', 'This field is required.');
    fields.name = clean;
  }
  const colour = readText(body, 'colour');
  if (colour !== undefined && colour !== '') {
    const read = readColour(colour);
    if (read === null) throw tagProblem('colour', 'Colour has to be in the RGB format (#FFFFFF)');
    fields.colour = read;
  }
  if (Object.hasOwn(body, 'numerical_value')) fields.numerical_value = readNumericalValue(body.numerical_value);
  for (const flag of ['exportable', 'hide_tag', 'local_only'] as const) {
    const value = readBoolean(body[flag]);
    if (value !== undefined) fields[flag] = value;
  }
  for (const owner of ['org_id', 'user_id'] as const) {
    if (body[owner] === undefined || body[owner] === null) continue;
    const id = body[owner] === '' ? 0 : readInteger(body[owner]);
    if (id === null || id < 0) throw tagProblem(owner, 'Expected an id, or 0 for everybody.');
    fields[owner] = id;
  }
  return fields;
}

function readNumericalValue(value: unknown): number | null {
  if (value === null || value === '' || value === undefined) return null;
  const number = readInteger(value);
  if (number === null || Math.abs(number) > 2_147_483_647) {
    throw tagProblem('numerical_value', 'Expected a whole number.');
  }
  return number;
}

/** MISP answers a tag that fails validation with 405, whether it is added or edited. */
export function tagProblem(field: string, message: string): HttpProblem {
  return new HttpProblem(405, `Could not add the Tag. [${field}]: ${message}`);
}
