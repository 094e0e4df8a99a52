import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { type JsonObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import {
  addModel,
  deleteModel,
  editModel,
  linkTypes,
  readModelInput,
  readTexts,
  requireModel,
  requireModelEditor,
} from './manage-models.ts';
import { type DecayingModelRow, selectMappings } from './queries.ts';
import { editableWire } from './wire.ts';

const modelBody = Type.Object({
  name: Type.Optional(Type.Unknown()),
  description: Type.Optional(Type.Unknown()),
  formula: Type.Optional(Type.Unknown({ description: 'polynomial, PolynomialExtended or Sightings' })),
  parameters: Type.Optional(Type.Unknown({ description: 'lifetime, decay_speed, threshold, default_base_score, ...' })),
  attribute_types: Type.Optional(Type.Unknown()),
  enabled: Type.Optional(Type.Unknown()),
  all_orgs: Type.Optional(Type.Unknown()),
});

/** Decaying models of one's own: adding, changing, moving, linking to types. */
export function modelEditOperations(magpie: Magpie): Operation[] {
  const shared = {
    permission: { anyOf: ['perm_decaying', 'perm_admin'] },
    effect: 'write',
    model: 'DecayingModel',
    methods: ['POST'],
  } as const;
  return [
    {
      ...shared,
      name: 'decayingModel.add',
      summary: 'Add a decaying model of your organisation',
      path: '/decayingModel/add',
      body: modelBody,
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          requireModelEditor(call.viewer);
          const model = await addModel(tx, call.viewer, readModelInput(unwrap(call.body, 'DecayingModel')));
          return json({ data: { DecayingModel: editableWire(call.viewer, model) }, action: 'add' });
        }),
    },
    {
      ...shared,
      name: 'decayingModel.edit',
      summary: 'Change a decaying model; of those of the library only whether it is on and for whom',
      path: '/decayingModel/edit/{model?}',
      body: modelBody,
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const input = readModelInput(unwrap(call.body, 'DecayingModel'));
          const model = await editModel(tx, call.viewer, readId(call.args.model), input);
          return json({ data: { DecayingModel: editableWire(call.viewer, model) }, action: 'edit' });
        }),
    },
    {
      ...shared,
      name: 'decayingModel.delete',
      summary: 'Delete a decaying model',
      path: '/decayingModel/delete/{model?}',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const model = await deleteModel(tx, call.viewer, readId(call.args.model));
          return success('Decaying Model deleted.', { id: String(model.id) });
        }),
    },
    {
      ...shared,
      name: 'decayingModel.import',
      summary: 'Add a decaying model from an export',
      path: '/decayingModel/import',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          requireModelEditor(call.viewer);
          const model = await addModel(tx, call.viewer, readModelInput(readExport(call.body)));
          return success('Decaying Model imported.', { id: String(model.id), data: importedWire(call, model) });
        }),
    },
    {
      name: 'decayingModel.export',
      summary: 'A decaying model without what only means something on this instance',
      path: '/decayingModel/export/{model?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const model = await requireModel(tx, readId(call.args.model));
          const { id: _id, uuid: _uuid, org_id: _org, ...rest } = editableWire(call.viewer, model);
          return json({ DecayingModel: rest });
        }),
    },
    {
      name: 'decayingModelMapping.viewAssociatedTypes',
      summary: 'The attribute types that a decaying model is used for',
      path: '/decayingModelMapping/viewAssociatedTypes/{model?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx): Promise<Answer> => {
          const model = await requireModel(tx, readId(call.args.model));
          const linked = await selectMappings(tx, [model.id]);
          return json([...new Set([...model.attribute_types, ...linked.map((row) => row.attribute_type)])]);
        }),
    },
    {
      ...shared,
      name: 'decayingModelMapping.linkAttributeTypeToModel',
      summary: 'Set for which further attribute types a decaying model is used',
      path: '/decayingModelMapping/linkAttributeTypeToModel/{model?}',
      body: Type.Object({ attributetypes: Type.Optional(Type.Unknown({ description: 'A list of attribute types' })) }),
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'DecayingModelMapping');
          const types = readTexts(body.attributetypes ?? body.attribute_types ?? [], 'attributetypes');
          const model = await linkTypes(tx, call.viewer, readId(call.args.model), types);
          return success('The attribute types were linked to the model.', { id: String(model.id) });
        }),
    },
  ];
}

/** An export, also as text in `json`, as the page sends it. */
function readExport(body: unknown): JsonObject {
  const model = unwrap(body, 'DecayingModel');
  if (typeof model.json !== 'string') return model;
  try {
    return unwrap(JSON.parse(model.json), 'DecayingModel');
  } catch {
    // Not JSON: read as a model without a name, which is refused with the reason.
    return {};
  }
}

function importedWire(call: Call, model: DecayingModelRow) {
  return { DecayingModel: editableWire(call.viewer, model) };
}
