import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { fileImportOperations } from './file-routes.ts';
import { mispImportOperations } from './misp-routes.ts';
import { inReadingTurn } from './reading-turns.ts';
import { storedWire, storeFile } from './store-file.ts';
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
      summary: 'Imports a document of any known format, sent as the body, and tells what became of every event in it',
      path: '/ui/import',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'Event',
      rawBody: true,
      response: importResponse,
      handle: async ({ viewer, body }) => {
        if (!Buffer.isBuffer(body) || body.length === 0) throw new BadRequest('The body is empty.');
        const file = { fileName: 'document', bytes: body };
        return json(storedWire(await inReadingTurn(viewer, () => storeFile(magpie, viewer, file, {}))));
      },
    },
    ...uploadOperations(magpie),
    ...mispImportOperations(magpie),
    ...fileImportOperations(magpie),
  ];
}
