import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { addReferences } from './many-references.ts';
import { referenceBody, referenceResponse } from './schema.ts';
import { addReference, deleteReference, viewReference } from './single-references.ts';
import { referenceWire } from './wire.ts';

/** References from objects to objects and attributes. */
export function referenceOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'objectReferences.view',
      summary: 'One reference',
      path: '/objectReferences/view/{reference}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      model: 'ObjectReference',
      response: referenceResponse,
      handle: async (call) =>
        json({ ObjectReference: referenceWire(await viewReference(magpie, call.viewer, call.args.reference)) }),
    },
    {
      name: 'objectReferences.add',
      summary: 'Adds a reference from an object to another object or an attribute',
      path: '/objectReferences/add/{object?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ObjectReference',
      body: referenceBody,
      response: referenceResponse,
      describe: {
        description: 'POST an ObjectReference in JSON format to this API to add it to an object.',
        mandatory: ['object_uuid', 'referenced_uuid', 'relationship_type'],
        optional: ['comment'],
      },
      handle: async (call) => {
        const body = unwrap(call.body, 'ObjectReference');
        const row = await addReference(magpie, call.viewer, call.args.object, body);
        return json({ ObjectReference: { ...referenceWire(row), object_uuid: row.source_uuid } });
      },
    },
    {
      name: 'objectReferences.bulkAdd',
      summary: 'Adds up to 1,000 references within an event; those that could not be stored are told in `errors`',
      path: '/objectReferences/bulkAdd/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ObjectReference',
      body: Type.Object({ ObjectReference: Type.Optional(Type.Array(referenceBody)) }, { additionalProperties: true }),
      describe: {
        description: 'POST a list of ObjectReferences in JSON format to this API to add them to objects of an event.',
        mandatory: ['object_uuid', 'referenced_uuid', 'relationship_type'],
        optional: ['comment'],
      },
      handle: (call) => addMany(magpie, call),
    },
    {
      name: 'objectReferences.delete',
      summary: 'Deletes a reference, softly unless told',
      path: '/objectReferences/delete/{reference}/{hard?}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ObjectReference',
      handle: async (call) => {
        const { reference = '', hard: fromPath } = call.args;
        const hard = readBoolean(fromPath ?? unwrap(call.body, 'ObjectReference').hard) ?? false;
        await deleteReference(magpie, call.viewer, reference, hard);
        return success('ObjectReference deleted', { id: reference, url: `/object_references/delete/${reference}` });
      },
    },
  ];
}

async function addMany(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const { rows, errors } = await addReferences(magpie, viewer, args.event, body);
  if (rows.length === 0) throw new Invalid('', errors);
  const stored = rows.map((row) => ({ ...referenceWire(row), object_uuid: row.source_uuid }));
  return json({ ObjectReference: stored, ...(Object.keys(errors).length === 0 ? {} : { errors }) });
}
