import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type ActiveWarninglist, type ActiveWarninglists, gatherActiveLists, noActiveLists } from './active-lists.ts';
import { type CompiledList, createListCompiler } from './compiled-list.ts';
import { runSliced } from './matching/run-sliced.ts';
import {
  selectChanged,
  selectEntriesAfter,
  selectRevision,
  selectWarninglists,
  type WarninglistRow,
} from './queries.ts';

/** Keeps the enabled lists in memory. */
export interface Warninglists {
  /** All enabled lists as they are now, or as they are once what changed is compiled. */
  active(tx: Transaction): Promise<ActiveWarninglists>;
}

/** Told by the trigger of migration 0170 to every process. */
const CHANNEL = 'magpie_warninglists';

interface KeptList {
  readonly key: string;
  readonly compiled: CompiledList;
}

/**
 * Creates the cache. Nothing is read before lists are first asked for. After that a change of the lists, in whichever
 * process, is followed at once and beside other work: only lists that changed are read again, page by page, and
 * compiled in short slices. Who asks gets the lists of the revision that its transaction sees, or later ones.
 */
export function createWarninglists(database: Database): Warninglists {
  let loaded: { revision: number; lists: ActiveWarninglists } | null = null;
  let kept = new Map<number, KeptList>();
  let running: Promise<void> | null = null;
  let isOutdated = false;
  let isFollowing = false;

  async function load(): Promise<void> {
    const { revision, rows } = await database.aside('enabled warninglists', async (tx) => ({
      revision: await selectRevision(tx),
      rows: await selectWarninglists(tx, { enabled: true, part: null }),
    }));
    const next = new Map<number, KeptList>();
    const lists: ActiveWarninglist[] = [];
    // MISP tries the oldest first.
    for (const row of rows.toReversed()) {
      const known = kept.get(row.id);
      const one = known?.key === keyOf(row) ? known : await compile(database, row);
      next.set(row.id, one);
      lists.push({ ...row, types: new Set(row.types), compiled: one.compiled });
    }
    loaded = { revision, lists: await runSliced(gatherActiveLists(lists)) };
    kept = next;
  }

  function reload(): Promise<void> {
    running ??= load().finally(() => {
      running = null;
    });
    return running;
  }

  async function follow(): Promise<void> {
    isOutdated = true;
    if (loaded === null || isFollowing) return;
    isFollowing = true;
    try {
      while (isOutdated) {
        isOutdated = false;
        // One that runs already may have begun before the change.
        await running;
        await reload();
      }
    } finally {
      isFollowing = false;
    }
  }

  database.listen(CHANNEL, () => {
    // Who asks next loads again, and is told what is wrong.
    follow().catch(() => {});
  });

  return {
    async active(tx) {
      const wanted = await selectRevision(tx);
      // The first reload may be one that began before; a transaction that changed lists itself does not see its change.
      for (let round = 0; round < 2 && (loaded?.revision ?? -1) < wanted; round += 1) await reload();
      return loaded?.lists ?? noActiveLists;
    },
  };
}

function keyOf(list: WarninglistRow): string {
  return `${list.type} ${list.changed.getTime()}`;
}

/** Reads a list in pages, each a transaction of its own; anew when it was changed meanwhile. */
async function compile(database: Database, list: WarninglistRow): Promise<KeptList> {
  let row = list;
  for (;;) {
    const compiler = createListCompiler(row.type);
    let last = 0;
    for (let isDone = false; !isDone; ) {
      const { entries, hasMore } = await database.aside('warninglist entries', (tx) =>
        selectEntriesAfter(tx, row.id, last),
      );
      for (const entry of entries) compiler.add(entry);
      last = entries.at(-1)?.id ?? last;
      isDone = !hasMore;
    }
    const now = await database.aside('warninglist state', (tx) => selectChanged(tx, row.id));
    // One that is gone by now is as good as it was read: the next revision does not have it.
    if (now === null || keyOf({ ...row, ...now }) === keyOf(row)) {
      return { key: keyOf(row), compiled: await runSliced(compiler.compile()) };
    }
    row = { ...row, ...now };
  }
}
