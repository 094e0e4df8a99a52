import Type from 'typebox';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';

interface RelationshipRow {
  id: number;
  name: string;
  description: string;
  format: string[];
  version: number;
  highlighted: boolean;
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
            'select id, name, description, format, version, highlighted from object_relationships order by id',
          );
          return json(
            rows.map(({ id, version, highlighted, ...words }) => ({
              // Of later releases; told where it is set, so that the answer else is that of 2.5.1.
              ObjectRelationship: {
                id: String(id),
                version: String(version),
                ...words,
                ...(highlighted && { highlighted }),
              },
            })),
          );
        }),
    },
    {
      name: 'object_relationships.toggleHighlighted',
      summary: 'Marks a word as one that is offered first, or no longer; without `highlighted` the other way round',
      path: '/object_relationships/toggleHighlighted/{relationship}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'ObjectRelationship',
      body: Type.Object({ highlighted: Type.Optional(Type.Unknown()) }),
      handle: (call) => toggle(magpie, call),
    },
  ];
}

async function toggle(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const id = readId(args.relationship);
  const wanted = readBoolean(unwrap(body, 'ObjectRelationship').highlighted) ?? null;
  const { name, highlighted } = await magpie.database.asSystem('highlight a relationship', async (tx) => {
    const row = await tx.first<{ name: string; highlighted: boolean }>(
      `update object_relationships set highlighted = coalesce($2, not highlighted) where id = $1
       returning name, highlighted`,
      [id, wanted],
    );
    if (row === null) throw new NotFound('Invalid relationship.');
    const change = { model: 'ObjectRelationship', action: 'edit', modelId: id ?? 0, title: row.name };
    await recordChanges(tx, [{ ...change, after: { highlighted: row.highlighted } }], viewer);
    return row;
  });
  return success(`Relationship ${name} ${highlighted ? 'highlighted' : 'no longer highlighted'}.`, { id: String(id) });
}
