import { randomUUID } from 'node:crypto';
import { can, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readList, readText } from '../../../http/lenient.ts';
import { type DecayingModelRow, selectDecayingModel } from './queries.ts';
import { isEditable, modelWire } from './wire.ts';

/** What a body says about a model; undefined where it says nothing. */
export interface ModelInput {
  name?: string;
  description?: string;
  formula?: string;
  version?: string;
  parameters?: JsonObject;
  attributeTypes?: string[];
  ref?: string[];
  enabled?: boolean;
  allOrganisations?: boolean;
}

const FORMULAS = new Set(['polynomial', 'polynomialextended', 'sightings']);
const MAX_WEIGHTS = 1000;

/** Reads a model; lists may come as JSON text, parameters not, as in MISP. Throws `Invalid` naming the field. */
export function readModelInput(body: JsonObject): ModelInput {
  const input: ModelInput = {};
  for (const field of ['name', 'description', 'formula', 'version'] as const) {
    const text = readText(body, field);
    if (text !== undefined) input[field] = text.trim();
  }
  if (input.name === '') throw new Invalid('', { name: ['This field is required.'] });
  if (input.formula !== undefined && !FORMULAS.has(input.formula.toLowerCase())) {
    throw new Invalid('', { formula: ['Expected polynomial, PolynomialExtended or Sightings.'] });
  }
  if (body.parameters !== undefined) input.parameters = readModelParameters(body.parameters);
  if (body.attribute_types !== undefined) input.attributeTypes = readTexts(body.attribute_types, 'attribute_types');
  if (body.ref !== undefined) input.ref = readTexts(body.ref, 'ref');
  const enabled = readBoolean(body.enabled);
  if (enabled !== undefined) input.enabled = enabled;
  const all = readBoolean(body.all_orgs);
  if (all !== undefined) input.allOrganisations = all;
  return input;
}

function readModelParameters(value: unknown): JsonObject {
  if (!isObject(value)) throw new Invalid('', { parameters: ['Expected an object.'] });
  const problem = (text: string) => new Invalid('', { parameters: [text] });
  for (const name of ['lifetime', 'decay_speed', 'threshold', 'default_base_score']) {
    const number = Number(value[name] ?? 0);
    if (!Number.isFinite(number) || number < 0) throw problem(`${name} has to be a number that is not negative.`);
  }
  const weights = value.base_score_config ?? {};
  if (!isObject(weights) && !(Array.isArray(weights) && weights.length === 0)) {
    throw problem('base_score_config has to be an object of numbers.');
  }
  if (Object.keys(weights).length > MAX_WEIGHTS)
    throw problem(`base_score_config has more than ${MAX_WEIGHTS} entries.`);
  if (Object.values(weights).some((weight) => !Number.isFinite(Number(weight)))) {
    throw problem('base_score_config has to be an object of numbers.');
  }
  return value;
}

/** A list of texts, also as JSON text; one text reads as a list of it. */
export function readTexts(given: unknown, field: string): string[] {
  const isList = typeof given === 'string' && given.trimStart().startsWith('[');
  const list = readList(isList ? parse(given, field) : given) ?? [];
  return [...new Set(list.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : [])))];
}

function parse(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid('', { [field]: ['Expected JSON.'] });
  }
}

/** Models are made by those with perm_decaying, and administrators. */
export function requireModelEditor(viewer: Viewer): void {
  if (can(viewer, 'perm_decaying') || can(viewer, 'perm_admin')) return;
  throw new Forbidden('You do not have permission to use this functionality.');
}

/** The visible model with this id; throws `NotFound`. */
export async function requireModel(tx: Transaction, id: number | null): Promise<DecayingModelRow> {
  const model = id === null ? null : await selectDecayingModel(tx, id);
  if (model === null) throw new NotFound('No Decaying Model with the provided ID exists');
  return model;
}

/** As `requireModel`, for a viewer who may change it; throws `Forbidden`. */
export async function requireEditableModel(
  tx: Transaction,
  viewer: Viewer,
  id: number | null,
): Promise<DecayingModelRow> {
  const model = await requireModel(tx, id);
  if (!isEditable(viewer, model)) throw new Forbidden('You are not authorised to edit it.');
  return model;
}

/** Adds a model of the viewer's organisation. */
export async function addModel(tx: Transaction, viewer: Viewer, input: ModelInput): Promise<DecayingModelRow> {
  if (input.name === undefined) throw new Invalid('', { name: ['This field is required.'] });
  if (input.parameters === undefined) throw new Invalid('', { parameters: ['This field is required.'] });
  const row = await tx.first<{ id: number }>(
    `insert into visible_decaying_models (uuid, name, parameters, attribute_types, description, org_id, enabled,
       all_orgs, ref, formula, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      ...[randomUUID(), input.name, JSON.stringify(input.parameters), input.attributeTypes ?? []],
      ...[input.description ?? '', viewer.organisationId, input.enabled ?? false, input.allOrganisations ?? false],
      ...[input.ref ?? [], input.formula ?? 'polynomial', input.version ?? '1'],
    ],
  );
  const model = await requireModel(tx, row?.id ?? null);
  await recordChanges(tx, [{ ...changeOf(model, 'add'), after: modelWire(model) }]);
  return model;
}

/** Changes a model; of those of the library only whether it is on and whom it is for. */
export async function editModel(
  tx: Transaction,
  viewer: Viewer,
  id: number | null,
  input: ModelInput,
): Promise<DecayingModelRow> {
  const before = await requireEditableModel(tx, viewer, id);
  const reach = {
    enabled: input.enabled ?? before.enabled,
    all_orgs: input.allOrganisations ?? before.all_orgs,
  };
  const after: DecayingModelRow = before.is_default
    ? { ...before, ...reach }
    : {
        ...before,
        ...reach,
        name: input.name ?? before.name,
        description: input.description ?? before.description,
        formula: input.formula ?? before.formula,
        version: input.version ?? before.version,
        parameters: input.parameters ?? before.parameters,
        attribute_types: input.attributeTypes ?? before.attribute_types,
        ref: input.ref ?? before.ref,
      };
  await tx.execute(
    `update visible_decaying_models set name = $2, parameters = $3, attribute_types = $4, description = $5, enabled = $6,
       all_orgs = $7, ref = $8, formula = $9, version = $10 where id = $1`,
    [
      ...[after.id, after.name, JSON.stringify(after.parameters), after.attribute_types, after.description],
      ...[after.enabled, after.all_orgs, after.ref, after.formula, after.version],
    ],
  );
  const changed = difference(modelWire(before), modelWire(after));
  if (changed) await recordChanges(tx, [{ ...changeOf(after, 'edit'), ...changed }]);
  return after;
}

/** Deletes a model; one of the library comes back with the next update. */
export async function deleteModel(tx: Transaction, viewer: Viewer, id: number | null): Promise<DecayingModelRow> {
  const model = await requireEditableModel(tx, viewer, id);
  await tx.execute('delete from decaying_model_mappings where model_id = $1', [model.id]);
  await tx.execute('delete from visible_decaying_models where id = $1', [model.id]);
  await recordChanges(tx, [{ ...changeOf(model, 'delete'), before: modelWire(model) }]);
  return model;
}

/** Sets for which further attribute types a model is used. */
export async function linkTypes(
  tx: Transaction,
  viewer: Viewer,
  id: number | null,
  types: readonly string[],
): Promise<DecayingModelRow> {
  const model = await requireEditableModel(tx, viewer, id);
  await tx.execute('delete from decaying_model_mappings where model_id = $1', [model.id]);
  await tx.execute(
    `insert into decaying_model_mappings (model_id, attribute_type) select $1, t from unnest($2::text[]) as t
     on conflict do nothing`,
    [model.id, types],
  );
  await recordChanges(tx, [{ ...changeOf(model, 'edit'), after: { linked_types: types } }]);
  return model;
}

function changeOf(model: DecayingModelRow, action: string) {
  return {
    model: 'DecayingModel',
    action,
    modelId: model.id,
    modelUuid: model.uuid,
    title: model.name,
  };
}
