import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { modelEditOperations } from './edit-routes.ts';
import { requireModel } from './manage-models.ts';
import { type DecayingModelRow, selectDecayingModels, selectMappings } from './queries.ts';
import { decayingToolOperations } from './tool-routes.ts';
import { editableWire, isEditable, modelWire } from './wire.ts';

type Wire = Record<string, unknown>;
const PAGE = 50;

/** Decaying models: reading, switching, updating. */
export function decayingModelOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'decayingModel.index',
      summary: 'Decaying models, 50 a page',
      path: '/decayingModel/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const page = readId(call.named.page ?? call.query.get('page')) ?? 1;
          const models = await selectDecayingModels(tx, { limit: PAGE, offset: (page - 1) * PAGE });
          return json(await withMappings(tx, models, modelWire));
        }),
    },
    {
      name: 'decayingModel.getAllDecayingModels',
      summary: 'All decaying models, with whether they may be changed',
      path: '/decayingModel/getAllDecayingModels',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const models = await selectDecayingModels(tx, { limit: null, offset: 0 });
          return json(models.map((model) => ({ DecayingModel: editableWire(call.viewer, model) })));
        }),
    },
    {
      name: 'decayingModel.view',
      summary: 'A decaying model',
      path: '/decayingModel/view/{model?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const model = await requireModel(tx, readId(call.args.model));
          const [wire] = await withMappings(tx, [model], (row) => editableWire(call.viewer, row));
          return json(wire);
        }),
    },
    ...modelEditOperations(magpie),
    ...decayingToolOperations(magpie),
    switchOperation(magpie, true),
    switchOperation(magpie, false),
    {
      name: 'decayingModel.update',
      summary: 'Read new decaying models from the configured source',
      path: '/decayingModel/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'DecayingModel',
      async handle(call) {
        await runContentUpdate(magpie, call.viewer, 'decaying-models', false);
        return success('Default decaying models updated', { url: '/decaying_models/update' });
      },
    },
  ];
}

function switchOperation(magpie: Magpie, enabled: boolean): Operation {
  const action = enabled ? 'enable' : 'disable';
  return {
    name: `decayingModel.${action}`,
    summary: `Switch a decaying model ${enabled ? 'on' : 'off'}`,
    path: `/decayingModel/${action}/{model?}`,
    methods: ['POST'],
    permission: 'any',
    effect: 'write',
    model: 'DecayingModel',
    async handle(call) {
      const id = readId(call.args.model);
      const before = await magpie.database.as(call.viewer, (tx) => requireModel(tx, id));
      if (!isEditable(call.viewer, before) || before.enabled === enabled) {
        throw new Refused(`You are not authorised to ${action} this model.`);
      }
      const data = await magpie.database.asSystem(`${action} decaying model`, async (tx) => {
        await tx.execute('update decaying_models set enabled = $2 where id = $1', [before.id, enabled]);
        const { name: title, uuid: modelUuid } = before;
        const change = { model: 'DecayingModel', action: 'edit', modelId: before.id, modelUuid, title };
        await recordChanges(tx, [{ ...change, before: { enabled: !enabled }, after: { enabled } }], call.viewer);
        const [wire] = await withMappings(tx, [before], (row) => editableWire(call.viewer, row));
        return wire;
      });
      // MISP shows the model as it was.
      return success(`Decaying model ${action}d`, {
        id: String(before.id),
        url: `/decaying_models/${action}/${before.id}`,
        data,
      });
    },
  };
}

async function withMappings(
  tx: Transaction,
  models: readonly DecayingModelRow[],
  wire: (model: DecayingModelRow) => Wire,
): Promise<Wire[]> {
  const mappings = await selectMappings(
    tx,
    models.map((model) => model.id),
  );
  return models.map((model) => ({
    DecayingModel: wire(model),
    DecayingModelMapping: mappings
      .filter((mapping) => mapping.model_id === model.id)
      .map(({ id, model_id, attribute_type }) => ({ id: String(id), model_id: String(model_id), attribute_type })),
  }));
}
