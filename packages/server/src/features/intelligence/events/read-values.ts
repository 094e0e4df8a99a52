import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Assembly } from './assemble.ts';
import { eventBatches, headersOf } from './event-batches.ts';
import { type Family, idsOf, modeOf } from './family.ts';
import { readHeaderParts, wholeHeader } from './header-parts.ts';
import { loadHoldings } from './load.ts';
import { attributePages, objectPages, readElements } from './read-elements.ts';
import type { ReadEventOptions } from './read-options.ts';

type Wire = Record<string, unknown>;

/** An event in the form of events/view as values: its attributes and objects page by page, in this order. */
export interface EventValues {
  /** Everything beside `Attribute` and `Object`; without the proposals and hits of caches on an event. */
  readonly head: Wire;
  readonly attributes: AsyncIterable<readonly Wire[]>;
  readonly objects: AsyncIterable<readonly Wire[]>;
}

/**
 * As `readEvents`, for writers of other formats: values of what would stand in the JSON. The pages of an event are to
 * be taken before the next one is asked for.
 */
export async function* readEventValues(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  ids: readonly number[],
  options: ReadEventOptions = {},
): AsyncGenerator<EventValues> {
  for await (const batch of eventBatches(magpie, tx, viewer, headersOf(tx, ids), options)) {
    const parts = await readHeaderParts(batch.assembly, viewer, batch.families, batch.extensions);
    const heads = (family: Family) => wholeHeader(parts(family));
    if (options.metadata) {
      for (const family of batch.families) yield { head: heads(family), attributes: pages(), objects: pages() };
    } else if (batch.large) yield await pagedEvent(batch.assembly, viewer, batch.large, heads(batch.large));
    else {
      const elements = await readElements(batch.assembly, viewer, batch.families);
      for (const family of batch.families) {
        const own = elements.get(family.header.id);
        yield { head: heads(family), attributes: pages(own?.Attribute), objects: pages(own?.Object) };
      }
    }
  }
}

async function* pages(whole: Wire[] = []): AsyncGenerator<Wire[]> {
  yield whole;
}

async function pagedEvent(assembly: Assembly, viewer: Viewer, family: Family, head: Wire): Promise<EventValues> {
  const mode = modeOf(viewer, family, assembly.options.deleted ?? 'live');
  const ids = idsOf(family);
  const informed = { ...assembly, holdings: await loadHoldings(assembly.tx, ids) };
  return { head, attributes: attributePages(informed, ids, mode), objects: objectPages(informed, ids, mode) };
}
