import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { prepareEventHits } from '../../sharing/caches/event-hits.ts';
import { type Extensions, loadExtensions, NO_EXTENSIONS } from '../event-extensions/extensions.ts';
import type { Assembly } from './assemble.ts';
import { batchesBySize, type Family, familyOf, sizeOf } from './family.ts';
import { type Holdings, loadHeaders } from './load.ts';
import { PAGE_ATTRIBUTES } from './read-elements.ts';
import type { ReadEventOptions } from './read-options.ts';
import type { EventHeader } from './wire.ts';

/** Headers that are read and kept at a time. */
const HEADERS_AT_ONCE = 50;

/** Headers of the events that the viewer sees, in the order of `ids`, some at a time. */
export async function* headersOf(tx: Transaction, ids: readonly number[]): AsyncGenerator<EventHeader[]> {
  for (let start = 0; start < ids.length; start += HEADERS_AT_ONCE) {
    yield await loadHeaders(tx, ids.slice(start, start + HEADERS_AT_ONCE));
  }
}

/** Events that are read together. */
export interface EventBatch {
  readonly assembly: Assembly;
  readonly extensions: Extensions;
  readonly families: readonly Family[];
  /** The only one of its batch where it is so large that it is read in pages. */
  readonly large: Family | null;
}

/**
 * Events, of which the headers come some at a time, in their order in batches of no more than a page of attributes:
 * statements go with the number of pages, not of events. `holdings`: where it is known what hangs on them.
 */
export async function* eventBatches(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  lots: AsyncIterable<EventHeader[]> | Iterable<EventHeader[]>,
  options: ReadEventOptions,
  holdings?: Holdings,
): AsyncGenerator<EventBatch> {
  for await (const headers of lots) {
    yield* batchesOf({ magpie, tx, options, ...(holdings ? { holdings } : {}) }, viewer, headers);
  }
}

async function* batchesOf(bare: Assembly, viewer: Viewer, headers: readonly EventHeader[]): AsyncGenerator<EventBatch> {
  const { tx, options } = bare;
  const wantsExtensions = options.extended === true || options.extensionList === true;
  const extensions = wantsExtensions ? await loadExtensions(tx, headers) : NO_EXTENSIONS;
  const all = headers.map((header) => familyOf(header, extensions, options));
  const assembly = { ...bare, hits: await hitsOf(bare, viewer, all) };
  for (const families of batchesBySize(all, PAGE_ATTRIBUTES)) {
    const [first] = families;
    const isLarge = families.length === 1 && first !== undefined && sizeOf(first) > PAGE_ATTRIBUTES;
    yield { assembly, extensions, families, large: isLarge ? first : null };
  }
}

/** Looks the events' values up in caches, as far as the reader wants that. */
function hitsOf({ tx, options, holdings }: Assembly, viewer: Viewer, families: readonly Family[]) {
  if (!options.cacheHits || options.metadata || holdings?.sources === false) return null;
  return prepareEventHits(
    tx,
    viewer,
    families.flatMap((family) => family.members),
    options.cacheHits,
  );
}
