import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';

interface RelationshipRow {
  id: number;
  name: string;
  description: string;
  format: string[];
  version: number;
}

/** The words for how objects are related, of the library of object templates: a few hundred. */
export function objectRelationshipOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'object_relationships.index',
      summary: 'Words for relationships between objects',
      path: '/object_relationships/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(Type.Object({ ObjectRelationship: Type.Record(Type.String(), Type.Unknown()) })),
      handle: ({ viewer }) =>
        magpie.database.as(viewer, async (tx) => {
          const rows = await tx.query<RelationshipRow>(
            'select id, name, description, format, version from object_relationships order by id',
          );
          return json(
            rows.map(({ id, version, ...words }) => ({
              ObjectRelationship: { id: String(id), version: String(version), ...words },
            })),
          );
        }),
    },
  ];
}
