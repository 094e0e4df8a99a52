import { isSiteAdmin } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, json, redirect, success, uiReply } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readBodies } from './add-bodies.ts';
import { deleteAttribute, deleteSelected, restoreAttribute } from './delete.ts';
import { editSelected, selectedFields } from './edit-selected.ts';
import { attributeBody, attributeResponse } from './schema.ts';
import { addAttributes, editAttribute } from './service.ts';
import { addedAttributes, viewAttribute } from './view.ts';
import type { AttributeOutcome } from './write.ts';

/** Attributes: one typed value each. */
export function attributeOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), ...writing(magpie), ...deleting(magpie), ...fields(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.view',
      summary: 'One attribute, with its file',
      path: '/attributes/view/{attribute}',
      aliases: ['/attributes/{attribute}'],
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      model: 'Attribute',
      response: attributeResponse,
      handle: async (call) => {
        try {
          return json({
            Attribute: await viewAttribute(magpie, call.viewer, call.args.attribute, { withContext: true }),
          });
        } catch (error) {
          // MISP answers 405 for an attribute that is not there, but 404 to HEAD, which is how clients test existence.
          if (error instanceof NotFound && call.method !== 'HEAD') throw new HttpProblem(405, 'Invalid attribute');
          throw error;
        }
      },
    },
  ];
}

function writing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.add',
      summary: 'Adds one or many attributes to an event',
      path: '/attributes/add/{event?}',
      aliases: [{ path: '/attributes', methods: ['POST'] }],
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      body: attributeBody,
      response: attributeResponse,
      describe: {
        description: 'POST an Attribute object in JSON format to this API to add it to the event in the path.',
        mandatory: ['value', 'type'],
        optional: [
          'category',
          'to_ids',
          'uuid',
          'distribution',
          'sharing_group_id',
          'timestamp',
          'comment',
          'data',
          'encrypt',
          'first_seen',
          'last_seen',
        ],
      },
      handle: (call) => addFromCall(magpie, call),
    },
    {
      name: 'attributes.edit',
      summary: 'Changes an attribute; absent fields stay',
      path: '/attributes/edit/{attribute}',
      aliases: ['/attributes/{attribute}'],
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      body: attributeBody,
      response: attributeResponse,
      describe: {
        description: 'POST an Attribute object with the fields to change.',
        optional: `value type category to_ids uuid distribution sharing_group_id timestamp comment date encrypt
          first_seen last_seen`.split(/\s+/),
      },
      handle: async (call) => {
        const body = unwrap(call.body, 'Attribute');
        const id = await editAttribute(magpie, call.viewer, call.args.attribute, body);
        return json({ Attribute: await viewAttribute(magpie, call.viewer, id, { includeDeleted: true }) });
      },
    },
  ];
}

function deleting(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.delete',
      summary: 'Deletes an attribute, softly unless told',
      path: '/attributes/delete/{attribute}/{hard?}',
      aliases: [{ path: '/attributes/{attribute}', methods: ['DELETE'] }],
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        const hard = readBoolean(call.args.hard ?? unwrap(call.body, 'Attribute').hard) ?? false;
        await deleteAttribute(magpie, call.viewer, call.args.attribute, hard);
        return json({ message: 'Attribute deleted.' });
      },
    },
    {
      name: 'attributes.restore',
      summary: 'Brings a softly deleted attribute back',
      path: '/attributes/restore/{attribute}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        await restoreAttribute(magpie, call.viewer, call.args.attribute);
        return redirect(`/attributes/view/${call.args.attribute}`);
      },
    },
    {
      name: 'attributes.deleteSelected',
      summary: 'Deletes several attributes of one event',
      path: '/attributes/deleteSelected/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: (call) => deleteSelectedFromCall(magpie, call),
    },
  ];
}

function fields(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.editSelected',
      summary: 'Changes the comment, category, distribution or detection flag of several attributes of one event',
      path: '/attributes/editSelected/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        const body: JsonObject = unwrap(call.body, 'Attribute');
        const listed = readIdList(body.attribute_ids ?? body.ids);
        const fields = selectedFields(body);
        if (listed.length === 0) throw new Refused('No attributes selected.');
        if (Object.keys(fields).length === 0) throw new Refused('No change specified.');
        const count = await editSelected(magpie, call.viewer, call.args.event, listed, fields);
        const id = call.args.event ?? '';
        return success(`${count} attribute${count === 1 ? '' : 's'} changed.`, { id });
      },
    },
    {
      name: 'attributes.editField',
      summary: 'Changes one field from a page: always 200',
      path: '/attributes/editField/{attribute}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        try {
          await editAttribute(magpie, call.viewer, call.args.attribute, unwrap(call.body, 'Attribute'));
          return uiReply({ success: 'Field updated.' }, { check_publish: true });
        } catch (error) {
          if (!(error instanceof Invalid)) throw error;
          return json({ fail: false, errors: error.fields });
        }
      },
    },
    {
      name: 'attributes.toggleToIDS',
      summary: 'Switches to_ids from a page',
      path: '/attributes/toggleToIDS/{attribute}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        if (call.headers['x-requested-with'] === undefined) {
          throw new Refused('This function can only be accessed via AJAX.');
        }
        const { to_ids } = await viewAttribute(magpie, call.viewer, call.args.attribute);
        await editAttribute(magpie, call.viewer, call.args.attribute, { to_ids: to_ids !== true });
        return uiReply({ success: 'Field updated.' }, { check_publish: true });
      },
    },
    {
      name: 'attributes.attributeReplace',
      summary: 'A step of the page that replaces all values of a type; refused here',
      path: '/attributes/attributeReplace/{event?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'perm_add',
      handle: () => {
        throw new Refused('This action can only be accessed via AJAX.');
      },
    },
    {
      name: 'attributes.toggleCorrelation',
      summary: 'Switches the correlation of an attribute',
      path: '/attributes/toggleCorrelation/{attribute}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Attribute',
      handle: async (call) => {
        const allowed = isSiteAdmin(call.viewer) || magpie.settings.get('MISP.allow_disabling_correlation');
        if (!allowed || magpie.settings.get('MISP.completely_disable_correlation')) {
          throw new Refused('Disabling the correlation is not permitted on this instance.');
        }
        const current = await viewAttribute(magpie, call.viewer, call.args.attribute);
        const next = current.disable_correlation !== true;
        await editAttribute(magpie, call.viewer, call.args.attribute, { disable_correlation: next });
        return success(next ? 'Correlation disabled.' : 'Correlation enabled.', { id: call.args.attribute ?? '' });
      },
    },
  ];
}

async function addFromCall(magpie: Magpie, call: Call): Promise<Answer> {
  if (call.args.event === undefined) throw new Refused('No event ID set.');
  const bodies = readBodies(call.body);
  const breakOnDuplicate = readBoolean(call.named.breakOnDuplicate) ?? true;
  const outcomes = await addAttributes(magpie, call.viewer, call.args.event, bodies, {
    updateDuplicates: !breakOnDuplicate,
  });
  const errors = collectErrors(outcomes);
  const ids = outcomes.flatMap((outcome) => ('id' in outcome ? [outcome.id] : []));
  if (ids.length === 0) throw new Invalid('', outcomes.length === 1 ? onlyError(outcomes) : errors);
  const added = await addedAttributes(magpie, call.viewer, ids);
  const failed = Object.keys(errors).length > 0 ? { errors } : {};
  const [single] = added;
  if (added.length === 1 && single) return json({ Attribute: single.row, AttributeTag: single.links, ...failed });
  const rows = added.map(({ row, tags }) => (tags.length > 0 ? { ...row, Tag: tags } : row));
  return json({ Attribute: rows, ...failed });
}

function collectErrors(outcomes: readonly AttributeOutcome[]): Record<string, unknown> {
  return Object.fromEntries(
    outcomes.flatMap((outcome) => ('errors' in outcome ? [[outcome.path, outcome.errors]] : [])),
  );
}

function onlyError(outcomes: readonly AttributeOutcome[]): Record<string, unknown> | string {
  const [outcome] = outcomes;
  const errors = outcome && 'errors' in outcome ? outcome.errors : {};
  return isObject(errors) ? errors : String(errors);
}

async function deleteSelectedFromCall(magpie: Magpie, call: Call): Promise<Answer> {
  const body: JsonObject = unwrap(call.body, 'Attribute');
  const ids = readIdList(body.id ?? body.ids);
  const allowHardDelete = readBoolean(body.allow_hard_delete) ?? false;
  const count = await deleteSelected(magpie, call.viewer, call.args.event, ids, { allowHardDelete });
  const message =
    ids === 'all' ? `${count} attributes deleted` : `${count} attribute${count === 1 ? '' : 's'} deleted.`;
  return success(message, { id: call.args.event ?? '', url: `/attributes/deleteSelected/${call.args.event}` });
}

/** A list of ids, also as the JSON text that pages send; `all` for every attribute. */
function readIdList(value: unknown): number[] | 'all' {
  if (value === 'all') return 'all';
  const list = typeof value === 'string' ? value.split(/[^0-9]+/) : (readList(value) ?? []);
  return list.flatMap((id) => readId(id) ?? []);
}
