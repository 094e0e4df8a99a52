import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { uiReply } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { selectTagsById } from './queries.ts';

/** Favourite tags of each user, which lists and pickers put first. */
export function favouriteTagOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'favourite_tags.toggle',
      summary: 'Make a tag a favourite of yours, or stop it being one',
      path: '/favourite_tags/toggle',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'FavouriteTag',
      body: Type.Object({ FavouriteTag: Type.Optional(Type.Object({ data: Type.Unknown({ description: 'id' }) })) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const id = readId(unwrap(call.body, 'FavouriteTag').data);
          const tag = id === null ? undefined : (await selectTagsById(tx, [id]))[0];
          if (tag === undefined) return uiReply({ errors: 'Invalid tag.' });
          const removed = await tx.execute('delete from visible_favourite_tags where tag_id = $1', [tag.id]);
          if (removed > 0) return uiReply({ success: 'Removing the tag from your favourites was successful.' });
          await tx.execute(
            'insert into visible_favourite_tags (user_id, tag_id) values ($1, $2) on conflict do nothing',
            [call.viewer.userId, tag.id],
          );
          return uiReply({ success: 'Adding the tag to your favourites was successful.' });
        }),
    },
  ];
}

/** Ids of the viewer's favourites. */
export async function selectFavourites(tx: Transaction): Promise<Set<number>> {
  const rows = await tx.query<{ tag_id: number }>('select tag_id from visible_favourite_tags');
  return new Set(rows.map((row) => row.tag_id));
}
