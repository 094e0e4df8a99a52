import { readUuid } from '@magpie/model';
import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { json, success, uiReply } from '../../../http/answer.ts';
import { isObject, readBoolean, readId, readKey, readList, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { forgetContent } from '../content/update.ts';
import { addOwnTemplate, editOwnTemplate, mayChange } from './own-templates.ts';
import {
  selectDefinition,
  selectElements,
  selectFittingTemplates,
  selectTemplate,
  selectTemplates,
} from './queries.ts';
import { templateElementWire, templateWire } from './wire.ts';

/** Types that templates are looked for by; there are some two hundred. */
const MOST_TYPES = 300;
const ownTemplate = Type.Object({
  name: Type.Optional(Type.String()),
  'meta-category': Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  required: Type.Optional(Type.Array(Type.String())),
  requiredOneOf: Type.Optional(Type.Array(Type.String())),
  attributes: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Attributes by relation' })),
});
const NOT_YOURS = 'This is an object template of the library or of another organisation.';
const NOBODY = { id: null, name: null, uuid: null };

/** Object templates: reading, making one's own, choosing the active version, updating. */
export function objectTemplateOperations(magpie: Magpie): Operation[] {
  return [
    ...readingOperations(magpie),
    storingOperation(magpie, 'add'),
    storingOperation(magpie, 'edit'),
    ...changingOperations(magpie),
  ];
}

function readingOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'objectTemplates.index',
      summary: 'Active object templates; administrators also get all versions',
      path: '/objectTemplates/index/{all?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const all = (readBoolean(call.args.all) ?? false) && isSiteAdmin(call.viewer);
          return json(await listTemplates(tx, all));
        }),
    },
    {
      name: 'objectTemplates.view',
      summary: 'A template with its elements',
      path: '/objectTemplates/view/{template?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          return json(await viewTemplate(tx, call.args.template));
        }),
    },
    {
      name: 'objectTemplates.possibleObjectTemplates',
      summary: 'Templates into which attributes of some types fit, the best first',
      path: '/objectTemplates/possibleObjectTemplates',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ attributeTypes: Type.Optional(Type.Unknown({ description: 'A list of attribute types' })) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const sent = readList(unwrap(call.body, 'ObjectTemplate').attributeTypes) ?? [];
          const types = [...new Set(sent.filter((type) => typeof type === 'string'))].slice(0, MOST_TYPES);
          const templates = await selectFittingTemplates(tx, types);
          return json(
            templates.map((template) => ({
              ObjectTemplate: {
                ...templateWire(template),
                compatibility: template.is_complete,
                invalidTypes: types.filter((type) => !template.fitting.includes(type)),
              },
            })),
          );
        }),
    },
    {
      name: 'events.getObjectTemplate',
      summary:
        'The active object templates, for the graph of an event; or the one of this id or uuid with its elements',
      path: '/events/getObjectTemplate/{scope?}/{template?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) =>
          json(
            call.args.template === undefined
              ? await listTemplates(tx, false)
              : await viewTemplate(tx, call.args.template),
          ),
        ),
    },
    {
      name: 'objectTemplates.getRaw',
      summary: "The library's file of a template",
      path: '/objectTemplates/getRaw/{template?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const uuid = readUuid(call.args.template);
          const template = await selectTemplate(tx, uuid === null ? { name: call.args.template ?? '' } : { uuid });
          if (template === null) throw new NotFound('Template not found');
          return json(await selectDefinition(tx, template.id));
        }),
    },
  ];
}

function storingOperation(magpie: Magpie, action: 'add' | 'edit'): Operation {
  return {
    name: `objectTemplates.${action}`,
    summary: action === 'add' ? 'Make a template of one’s own' : 'Make a newer version of a template of one’s own',
    path: action === 'add' ? '/objectTemplates/add' : '/objectTemplates/edit/{template?}',
    methods: action === 'add' ? ['POST'] : ['POST', 'PUT'],
    permission: 'perm_object_template',
    effect: 'write',
    model: 'ObjectTemplate',
    body: ownTemplate,
    describe: {
      description: 'POST a template in the form of the files of misp-objects to this API.',
      mandatory: ['name', 'attributes'],
      optional: ['meta-category', 'description', 'uuid', 'version', 'required', 'requiredOneOf'],
    },
    async handle({ viewer, args, body }) {
      const wrapped = unwrap(body, 'ObjectTemplate');
      const beside = isObject(body) && 'ObjectTemplateElement' in body ? body.ObjectTemplateElement : undefined;
      const sent = beside === undefined ? wrapped : { ObjectTemplateElement: beside, ...wrapped };
      const id = await (action === 'add'
        ? addOwnTemplate(magpie, viewer, sent)
        : editOwnTemplate(magpie, viewer, args.template, sent));
      return magpie.database.as(viewer, async (tx) => json(await viewTemplate(tx, String(id))));
    },
  };
}

function changingOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'objectTemplates.update',
      summary: 'Read new object templates from the configured source',
      path: '/objectTemplates/update/{name?}',
      // MISP runs it by GET as well; here a write needs POST.
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'ObjectTemplate',
      async handle(call) {
        await runContentUpdate(magpie, call.viewer, 'objects', readBoolean(call.named.force) ?? false);
        // MISP redirects to the list, which clients follow; this is what they then get.
        return magpie.database.as(call.viewer, async (tx) => json(await listTemplates(tx, false)));
      },
    },
    {
      name: 'objectTemplates.activate',
      summary: 'Switch a version of a template on or off',
      path: '/objectTemplates/activate/{template?}',
      methods: ['POST'],
      permission: 'perm_object_template',
      effect: 'write',
      model: 'ObjectTemplate',
      async handle(call) {
        const body = unwrap(call.body, 'ObjectTemplate');
        const active = await toggleTemplate(magpie, call.viewer, readId(call.args.template ?? body.data ?? body.id));
        return uiReply({ success: active ? 'Template activated.' : 'Template disabled.' });
      },
    },
    {
      name: 'objectTemplates.delete',
      summary: 'Delete a version of a template; objects made with it stay',
      path: '/objectTemplates/delete/{template?}',
      methods: ['POST'],
      permission: 'perm_object_template',
      effect: 'write',
      model: 'ObjectTemplate',
      async handle(call) {
        const id = await deleteTemplate(magpie, call.viewer, readId(call.args.template));
        return success('ObjectTemplate deleted.', { id: String(id) });
      },
    },
  ];
}

/** A template with its elements, by id or uuid; throws `NotFound`. */
async function viewTemplate(tx: Transaction, idOrUuid: string | undefined): Promise<Record<string, unknown>> {
  const key = readKey(idOrUuid);
  const template = key && (await selectTemplate(tx, key));
  if (!template) throw new NotFound('Invalid object template');
  const elements = await selectElements(tx, template.id);
  return {
    ObjectTemplate: templateWire(template),
    User: { id: null, email: null },
    Organisation: NOBODY,
    ObjectTemplateElement: elements.map(templateElementWire),
  };
}

async function listTemplates(tx: Transaction, includeInactive: boolean): Promise<unknown[]> {
  const templates = await selectTemplates(tx, includeInactive);
  return templates.map((template) => ({ ObjectTemplate: templateWire(template), Organisation: NOBODY }));
}

/** Only one version of a template is active. Returns whether this one now is. */
function toggleTemplate(magpie: Magpie, viewer: Viewer, id: number | null): Promise<boolean> {
  return magpie.database.asSystem('activate object template', async (tx) => {
    const template = id === null ? null : await selectTemplate(tx, { id });
    if (template === null) throw new NotFound('Invalid object template');
    if (!isSiteAdmin(viewer) && !mayChange(viewer, template)) throw new Forbidden(NOT_YOURS);
    const active = !template.active;
    await tx.execute('update object_templates set active = (id = $2 and $3) where uuid = $1', [
      template.uuid,
      template.id,
      active,
    ]);
    const { name: title, uuid: modelUuid } = template;
    const change = { model: 'ObjectTemplate', action: 'edit', modelId: template.id, modelUuid, title };
    await recordChanges(tx, [{ ...change, before: { active: !active }, after: { active } }], viewer);
    return active;
  });
}

function deleteTemplate(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.asSystem('delete object template', async (tx) => {
    const template = id === null ? null : await selectTemplate(tx, { id });
    if (template === null) throw new NotFound('Invalid object template');
    if (!isSiteAdmin(viewer) && !mayChange(viewer, template)) throw new Forbidden(NOT_YOURS);
    await tx.execute('delete from object_templates where id = $1', [template.id]);
    await forgetContent(tx, 'objects', template.uuid);
    const { name: title, uuid: modelUuid, version } = template;
    const change = { model: 'ObjectTemplate', action: 'delete', modelId: template.id, modelUuid, title };
    await recordChanges(tx, [{ ...change, before: { version } }], viewer);
    return template.id;
  });
}
