import type { Magpie } from '../../../context.ts';
import { Invalid, Refused } from '../../../errors.ts';
import { type Answer, json, success, uiReply } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { addObject } from './add.ts';
import { deleteObject } from './delete.ts';
import { editObject } from './edit.ts';
import { referenceOperations } from './reference-routes.ts';
import { objectBody, objectResponse } from './schema.ts';
import { viewObject } from './view.ts';

/** Objects: attributes that belong together, by a template; and the references between them. */
export function objectOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), ...writing(magpie), ...pageOnly(), ...referenceOperations(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'objects.view',
      summary: 'One object with its attributes',
      path: '/objects/view/{object}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      model: 'Object',
      response: objectResponse,
      handle: async (call) => {
        const { object, event, attributes } = await viewObject(magpie, call.viewer, call.args.object);
        return json({ Object: { ...object, Event: event, Attribute: attributes } });
      },
    },
  ];
}

function writing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'objects.add',
      summary: 'Adds an object with its attributes to an event',
      path: '/objects/add/{event}/{template?}/{version?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Object',
      body: objectBody,
      response: objectResponse,
      describe: {
        description:
          'POST an Object in JSON format to this API to add it with its attributes to the event in the path.',
        mandatory: ['Attribute'],
        optional: ['name', 'meta-category', 'description', 'template_uuid', 'template_version', 'uuid', 'distribution'],
      },
      handle: (call) => addFromCall(magpie, call),
    },
    {
      name: 'objects.edit',
      summary: 'Changes an object; an attribute list replaces the stored one',
      path: '/objects/edit/{object}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Object',
      body: objectBody,
      response: objectResponse,
      describe: { description: 'POST an Object in JSON format with the fields to change.' },
      handle: async (call) => {
        const { id, rejected } = await editObject(magpie, call.viewer, call.args.object, readObjectBody(call.body));
        const { object, event, attributes } = await viewObject(magpie, call.viewer, id, { includeDeleted: true });
        return json({ Object: { ...object, Attribute: attributes }, Event: event, ...told(rejected) });
      },
    },
    {
      name: 'objects.editField',
      summary: 'Changes one field from a page: always 200',
      path: '/objects/editField/{object}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Object',
      handle: (call) => editField(magpie, call),
    },
    {
      name: 'objects.delete',
      summary: 'Deletes an object with its attributes and references, softly unless told',
      path: '/objects/delete/{object}/{hard?}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Object',
      handle: async (call) => {
        const hard = readBoolean(call.args.hard ?? unwrap(call.body, 'Object').hard) ?? false;
        // MISP names the event, not the object, in url and id.
        return success('Object deleted', {
          id: String(await deleteObject(magpie, call.viewer, call.args.object, hard)),
        });
      },
    },
  ];
}

/** Fields that pages change one by one. */
const SINGLE_FIELDS = ['comment', 'distribution', 'sharing_group_id', 'first_seen', 'last_seen'] as const;

async function editField(magpie: Magpie, call: Call): Promise<Answer> {
  const sent = unwrap(call.body, 'Object', 'MispObject');
  const fields = Object.fromEntries(SINGLE_FIELDS.flatMap((name) => (name in sent ? [[name, sent[name]]] : [])));
  if (Object.keys(fields).length === 0) throw new Refused('Invalid field.');
  try {
    await editObject(magpie, call.viewer, call.args.object, fields);
    return uiReply({ success: 'Field updated.' }, { check_publish: true });
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return json({ fail: false, errors: error.fields });
  }
}

/** Steps of MISP's own pages: API clients are refused there as well. */
function pageOnly(): Operation[] {
  const refuse = (): Answer => {
    throw new Refused('This action can only be reached via AJAX.');
  };
  return [
    {
      name: 'objects.proposeObjectsFromAttributes',
      summary: 'A step of the page that builds objects from attributes; refused here',
      path: '/objects/proposeObjectsFromAttributes/{event?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      handle: refuse,
    },
    {
      name: 'objects.groupAttributesIntoObject',
      summary: 'A step of the page that builds objects from attributes; refused here',
      path: '/objects/groupAttributesIntoObject/{event?}/{template?}/{attributes?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'perm_add',
      handle: refuse,
    },
  ];
}

async function addFromCall(magpie: Magpie, call: Call): Promise<Answer> {
  const body = readObjectBody(call.body);
  const { id, rejected } = await addObject(magpie, call.viewer, {
    event: call.args.event,
    template: call.args.template,
    version: call.args.version,
    body,
    breakOnDuplicate: isOn(call.named.breakOnDuplicate) || isOn(body.breakOnDuplicate),
  });
  const { object, attributes } = await viewObject(magpie, call.viewer, id, { includeDeleted: true });
  // The reply to an addition tells no tags.
  const rows = attributes.map(({ AttributeTag: _tags, ...row }) => row);
  return json({ Object: { ...object, Attribute: rows }, ...told(rejected) });
}

/** The object's body flat or wrapped; its attributes may stand inside or beside it. */
function readObjectBody(body: unknown): JsonObject {
  const outer = unwrap(body);
  const inner = isObject(outer.Object) ? outer.Object : outer;
  return inner.Attribute === undefined ? { ...inner, Attribute: outer.Attribute } : inner;
}

// A switch that is there counts as on, whatever it says, except for the spellings of no.
function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && (readBoolean(value) ?? true);
}

/** What was not stored and why; nothing when all was. */
function told(rejected: readonly unknown[]): { rejected?: readonly unknown[] } {
  return rejected.length > 0 ? { rejected } : {};
}
