import { type Audience, childAudience, type Reach } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject, readId } from '../../../http/lenient.ts';
import type { RelatedAhead } from '../../search/correlations/related-ahead.ts';
import { captureSharingGroup, usableSharingGroup } from '../../sharing/sharing-groups/service.ts';
import type { KeptRows } from '../attributes/kept-rows.ts';

/** Something in the input that was not stored, and why; told to the client, never dropped in silence. */
export interface Rejection {
  /** Where it stands in the body: `Object[2].Attribute[0]`. */
  path: string;
  reason: unknown;
}

/** An audience with its interned id. */
export interface FoldedAudience {
  audience: Audience;
  id: number;
}

/** What every part of one event's write shares. */
export interface WriteContext {
  readonly magpie: Magpie;
  readonly tx: Transaction;
  readonly viewer: Viewer;
  /** Epoch seconds. */
  readonly now: number;
  readonly event: { id: number; ownerId: number; disableCorrelation: boolean; audience: FoldedAudience };
  readonly rejected: Rejection[];
  readonly groups: GroupResolver;
  /** Where the answer shows all that is stored: what was. */
  readonly kept?: KeptRows;
  /** Where the answer shows what correlates with a large event: looks for it meanwhile. */
  readonly ahead?: RelatedAhead;
  /** Audience of an element within `parent`. */
  fold(parent: FoldedAudience, reach: Reach): Promise<FoldedAudience>;
}

/** Resolves sharing groups as sent, each distinct one once. */
export interface GroupResolver {
  /** Id of a group the viewer may use, or null. */
  resolve(body: JsonObject): Promise<number | null>;
}

/** Creates the resolver: a nested `SharingGroup` is captured, a bare id must be usable by the viewer. */
export function createGroupResolver(magpie: Magpie, tx: Transaction, viewer: Viewer): GroupResolver {
  const known = new Map<string, Promise<number | null>>();
  return {
    resolve(body) {
      const nested = body.SharingGroup;
      const id = readId(body.sharing_group_id);
      const uuid = isObject(nested) && typeof nested.uuid === 'string' ? nested.uuid : null;
      const key = uuid ?? `id ${id}`;
      let result = known.get(key);
      if (result === undefined) {
        result = resolveOnce(id, uuid !== null && isObject(nested) ? nested : null);
        known.set(key, result);
      }
      return result;
    },
  };

  async function resolveOnce(id: number | null, nested: JsonObject | null): Promise<number | null> {
    if (nested !== null) return captureSharingGroup(magpie, tx, viewer, nested);
    return id !== null && (await usableSharingGroup(tx, viewer, id)) ? id : null;
  }
}

/** Builds the context of one event's write. */
export function createWriteContext(base: {
  magpie: Magpie;
  tx: Transaction;
  viewer: Viewer;
  event: WriteContext['event'];
  groups: GroupResolver;
  kept?: KeptRows;
  ahead?: RelatedAhead;
}): WriteContext {
  const folded = new Map<string, Promise<FoldedAudience>>();
  const { magpie, event } = base;
  return {
    ...base,
    now: magpie.now(),
    rejected: [],
    fold(parent, reach) {
      const key = `${parent.id} ${reach.distribution} ${reach.sharingGroupId}`;
      let result = folded.get(key);
      if (result === undefined) {
        const audience = childAudience(parent.audience, event.ownerId, reach);
        result = magpie.audiences.idOf(audience).then((id) => ({ audience, id }));
        folded.set(key, result);
      }
      return result;
    },
  };
}
