import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { importDocument } from './import-document.ts';
import { mispImportOperations } from './misp-routes.ts';
import { eventWire } from './store-file.ts';
import { uploadOperations } from './upload-routes.ts';

const importResponse = Type.Object({
  results: Type.Array(
    Type.Object({
      info: Type.String(),
      uuid: Type.String(),
      id: Type.Union([Type.String(), Type.Null()]),
      action: Type.Union([
        Type.Literal('created'),
        Type.Literal('updated'),
        Type.Literal('unchanged'),
        Type.Literal('refused'),
      ]),
      rejected: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
    }),
  ),
});

/** Imports from the page. */
export function importOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.import',
      summary: 'Imports a MISP JSON or STIX 2 document and tells what became of every event in it',
      path: '/ui/import',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      response: importResponse,
      handle: async (call) => {
        const results = await importDocument(magpie, call.viewer, call.body);
        return json({ results: results.map(eventWire) });
      },
    },
    ...uploadOperations(magpie),
    ...mispImportOperations(magpie),
  ];
}
