import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { prepareEventHits } from '../../sharing/caches/event-hits.ts';
import { type Extensions, loadExtensions, NO_EXTENSIONS } from '../event-extensions/extensions.ts';
import type { Assembly } from './assemble.ts';
import { batchesBySize, type Family, familyOf, sizeOf } from './family.ts';
import { loadHeaders } from './load.ts';
import { PAGE_ATTRIBUTES } from './read-elements.ts';
import type { ReadEventOptions } from './read-options.ts';

const EVENTS_AT_ONCE = 50;

/** Events that are read together. */
export interface EventBatch {
  readonly assembly: Assembly;
  readonly extensions: Extensions;
  readonly families: readonly Family[];
  /** The only one of its batch where it is so large that it is read in pages. */
  readonly large: Family | null;
}

/**
 * The events of `ids` that the viewer sees, in that order, in batches of no more than a page of attributes: statements
 * go with the number of pages, not of events.
 */
export async function* eventBatches(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  ids: readonly number[],
  options: ReadEventOptions,
): AsyncGenerator<EventBatch> {
  for (let start = 0; start < ids.length; start += EVENTS_AT_ONCE) {
    const headers = await loadHeaders(tx, ids.slice(start, start + EVENTS_AT_ONCE));
    const wantsExtensions = options.extended === true || options.extensionList === true;
    const extensions = wantsExtensions ? await loadExtensions(tx, headers) : NO_EXTENSIONS;
    const all = headers.map((header) => familyOf(header, extensions, options));
    const hits = await hitsOf({ magpie, tx, options }, viewer, all);
    const assembly = { magpie, tx, options, hits };
    for (const families of batchesBySize(all, PAGE_ATTRIBUTES)) {
      const [first] = families;
      const isLarge = families.length === 1 && first !== undefined && sizeOf(first) > PAGE_ATTRIBUTES;
      yield { assembly, extensions, families, large: isLarge ? first : null };
    }
  }
}

/** Looks the events' values up in caches, as far as the reader wants that. */
function hitsOf({ tx, options }: Assembly, viewer: Viewer, families: readonly Family[]) {
  if (!options.cacheHits || options.metadata) return null;
  return prepareEventHits(
    tx,
    viewer,
    families.flatMap((family) => family.members),
    options.cacheHits,
  );
}
