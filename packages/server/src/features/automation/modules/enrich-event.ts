import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { isObject } from '../../../http/lenient.ts';
import { type RunningJob, viewerOfJob } from '../../../jobs/jobs.ts';
import { type EnrichmentOutcome, enrichElement, findExpansions, outcomeText } from './enrich.ts';
import type { OfferedModule } from './modules.ts';
import { takesObject, takesType } from './question.ts';

const KIND = 'enrich_event';
const PAGE = 500;
/** Errors that are told; the others are like them. */
const MAX_TOLD = 20;

/** Says who enriches events in the background. */
export function registerEnrichment(magpie: Magpie): void {
  magpie.jobs.register(KIND, async (job: RunningJob) => {
    const { eventId, modules } = readInput(job.input);
    const viewer = viewerOfJob(job);
    const found = await findExpansions(magpie, viewer, modules);
    return enrichEvent(magpie, viewer, eventId, found, job);
  });
}

/** Queues the enrichment of an event; in the caller's transaction. */
export function enqueueEnrichment(
  magpie: Magpie,
  tx: Transaction,
  eventId: number,
  modules: readonly string[],
): Promise<number> {
  const input = { eventId, modules: [...modules] };
  return magpie.jobs.enqueue(tx, { kind: KIND, queue: 'default', title: `Event: ${eventId}`, input });
}

/**
 * Has modules work on every attribute and object of an event that they take. What the modules themselves add is not
 * enriched in turn, and what is there already is not added again, so that it can be begun anew. Returns a summary.
 */
export async function enrichEvent(
  magpie: Magpie,
  viewer: Viewer,
  eventId: number,
  modules: readonly OfferedModule[],
  job?: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<string> {
  const input = [...new Set(modules.flatMap(({ descriptor }) => descriptor.input))];
  const totals = await countElements(magpie, viewer, eventId, input);
  const summary = createSummary();
  let done = 0;
  for (const kind of ['attribute', 'object'] as const) {
    for (let afterId = 0; ; ) {
      const page = await readPage(magpie, viewer, kind, { eventId, input, afterId, lastId: totals[kind].lastId });
      for (const element of page) {
        job?.signal.throwIfAborted();
        const fitting = modules.filter(({ descriptor }) =>
          kind === 'attribute' ? takesType(descriptor, element.type) : takesObject(descriptor, element),
        );
        summary.add(
          await enrichSeen(magpie, viewer, fitting, { kind, key: element.id, ...(job ? { signal: job.signal } : {}) }),
        );
        done += 1;
        job?.progress(Math.floor((100 * done) / Math.max(1, totals.attribute.count + totals.object.count)));
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      afterId = last.id;
    }
  }
  return summary.text();
}

/** Elements that were deleted or moved out of sight meanwhile are passed over. */
async function enrichSeen(...args: Parameters<typeof enrichElement>): Promise<EnrichmentOutcome[]> {
  try {
    return await enrichElement(...args);
  } catch (error) {
    if (error instanceof NotFound) return [];
    throw error;
  }
}

/** Adds outcomes up, so that memory does not grow with the event. */
function createSummary() {
  const total = { module: '', attributes: 0, objects: 0, reports: 0, proposals: 0, known: 0, rejected: [] };
  const errors = new Map<string, EnrichmentOutcome>();
  return {
    add(outcomes: readonly EnrichmentOutcome[]): void {
      for (const outcome of outcomes) {
        if ('error' in outcome) {
          if (errors.size < MAX_TOLD) errors.set(`${outcome.module} ${outcome.error}`, outcome);
          continue;
        }
        for (const key of ['attributes', 'objects', 'reports', 'proposals', 'known'] as const)
          total[key] += outcome[key];
      }
    },
    text: () => outcomeText([total, ...errors.values()]),
  };
}

interface Element {
  [key: string]: unknown;
  id: number;
}

interface PageWanted {
  eventId: number;
  input: readonly string[];
  afterId: number;
  lastId: number;
}

function readPage(
  magpie: Magpie,
  viewer: Viewer,
  kind: 'attribute' | 'object',
  { eventId, input, afterId, lastId }: PageWanted,
): Promise<Element[]> {
  const columns = kind === 'attribute' ? 'id, type' : 'id, name, template_uuid';
  return magpie.database.as(viewer, (tx) =>
    tx.query<Element>(
      `select ${columns} from visible_${kind}s where event_id = $1 and ${fits(kind)} and id > $3 and id <= $4
       order by id limit ${PAGE}`,
      [eventId, input, afterId, lastId],
    ),
  );
}

const fits = (kind: 'attribute' | 'object') =>
  kind === 'attribute'
    ? 'not deleted and type = any ($2::text[])'
    : 'not deleted and (name = any ($2::text[]) or template_uuid = any ($2::text[]))';

async function countElements(magpie: Magpie, viewer: Viewer, eventId: number, input: readonly string[]) {
  return magpie.database.as(viewer, async (tx) => {
    const count = async (kind: 'attribute' | 'object') => {
      const row = await tx.first<{ count: number; last: number | null }>(
        `select count(*)::bigint as count, max(id) as last from visible_${kind}s where event_id = $1 and ${fits(kind)}`,
        [eventId, input],
      );
      return { count: row?.count ?? 0, lastId: row?.last ?? 0 };
    };
    return { attribute: await count('attribute'), object: await count('object') };
  });
}

function readInput(input: unknown): { eventId: number; modules: string[] } {
  if (!isObject(input) || typeof input.eventId !== 'number' || !Array.isArray(input.modules)) {
    throw new TypeError('a job without event and modules');
  }
  return { eventId: input.eventId, modules: input.modules.filter((name) => typeof name === 'string') };
}
