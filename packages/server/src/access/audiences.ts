import { type Audience, audienceKey } from '@magpie/model';
import type { Database } from '../database/database.ts';

/** Gives every distinct audience one small id, the same for ever. */
export interface Audiences {
  idOf(audience: Audience): Promise<number>;
}

const EVERYONE = 0;

/** As stored: a receiving organisation stands among the groups as the negative of its id, so that one test covers both. */
function storedGroups(audience: Exclude<Audience, { kind: 'everyone' }>): number[] {
  if (audience.kind === 'organisation') return [];
  return audience.kind === 'delegated'
    ? [-audience.receiverId, ...audience.sharingGroupIds]
    : [...audience.sharingGroupIds];
}

/**
 * Creates the interner. A new audience is committed at once on a reserved connection: it is a value, harmless when
 * the surrounding write is rolled back, and other writers need not wait for that write.
 */
export function createAudiences(database: Database): Audiences {
  const known = new Map<string, Promise<number>>();

  async function intern(audience: Exclude<Audience, { kind: 'everyone' }>): Promise<number> {
    const groups = storedGroups(audience);
    const values = [audience.kind, audience.organisationId, groups];
    const id = await database.aside('audience', async (tx) => {
      const found = await tx.first<{ id: number }>(
        `select id from audiences where kind = $1 and coalesce(org_id, 0) = $2 and sharing_group_ids = $3::bigint[]`,
        values,
      );
      if (found) return found.id;
      const made = await tx.first<{ id: number }>(
        `insert into audiences (kind, org_id, sharing_group_ids) values ($1, $2, $3::bigint[])
         on conflict (kind, coalesce(org_id, 0), sharing_group_ids) do update set kind = excluded.kind returning id`,
        values,
      );
      await tx.execute(`select pg_notify('magpie_access', '')`);
      return made?.id ?? null;
    });
    if (id === null) throw new Error('the audience was neither found nor made');
    database.bitmaps.forget();
    return id;
  }

  return {
    async idOf(audience) {
      if (audience.kind === 'everyone') return EVERYONE;
      const key = audienceKey(audience);
      let id = known.get(key);
      if (id === undefined) {
        id = intern(audience);
        known.set(key, id);
        id.catch(() => known.delete(key));
      }
      return id;
    },
  };
}
