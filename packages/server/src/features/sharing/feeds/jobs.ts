import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Refused } from '../../../errors.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import { type RunningJob, viewerOfJob } from '../../../jobs/jobs.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { type CachedValue, valueKeys } from '../caches/keys.ts';
import { countOverlaps, loadValues } from '../caches/load.ts';
import { type FeedRow, sourceFormats } from './feed-row.ts';
import { removeLocalFile } from './local-files.ts';
import { mispFeedValues } from './misp-source.ts';
import { pullMispFeed } from './pull.ts';
import { storeValues } from './store-values.ts';
import { readIndicators } from './value-source.ts';

/** Says who fetches and caches feeds. */
export function registerFeedJobs(magpie: Magpie): void {
  magpie.jobs.register('fetch_feeds', (job) => fetchFeeds(magpie, job));
  magpie.jobs.register('cache_feeds', (job) => cacheFeeds(magpie, job));
}

/** Brings what one feed offers. Returns a text of what came. Throws `OutgoingError` when the source fails. */
export async function fetchFeed(
  magpie: Magpie,
  viewer: Viewer,
  feed: FeedRow,
  options: { signal?: AbortSignal; onProgress?: (percent: number, message: string) => void } = {},
): Promise<string> {
  const { signal, onProgress } = options;
  const passed = signal === undefined ? {} : { signal };
  if (feed.source_format === 'misp') {
    const result = await pullMispFeed(magpie, viewer, feed, {
      ...passed,
      onProgress: (done, total) => onProgress?.(Math.floor((100 * done) / total), `Event ${done} of ${total}.`),
    });
    return `${result.added} events added, ${result.edited} updated, ${result.failed} failed.`;
  }
  const stored = await storeValues(magpie, viewer, feed, readIndicators(magpie, feed, passed), {
    ...passed,
    onProgress: (seen) => onProgress?.(50, `${seen} values read.`),
  });
  if (feed.input_source === 'local' && feed.delete_local_file) await removeLocalFile(magpie, feed.url);
  return stored === null ? 'The feed held no values.' : `${stored.added} values added, ${stored.removed} removed.`;
}

async function fetchFeeds(magpie: Magpie, job: RunningJob): Promise<string> {
  const viewer = viewerOfJob(job);
  const which = isObject(job.input) ? readId(job.input.feed) : null;
  const feeds = await magpie.database.as(viewer, (tx) =>
    tx.query<FeedRow>('select * from visible_feeds where enabled and ($1::bigint is null or id = $1) order by id', [
      which,
    ]),
  );
  return forEachFeed(job, feeds, (feed, progress) =>
    fetchFeed(magpie, viewer, feed, { signal: job.signal, onProgress: progress }),
  );
}

async function cacheFeeds(magpie: Magpie, job: RunningJob): Promise<string> {
  const scope = isObject(job.input) ? String(job.input.scope) : 'all';
  const viewer = viewerOfJob(job);
  const feeds = await magpie.database.as(viewer, (tx) =>
    tx.query<FeedRow>(
      `select * from visible_feeds where caching_enabled and ($1 = 'all' or source_format = $1 or id::text = $1)
       order by id`,
      [scope],
    ),
  );
  const message = await forEachFeed(job, feeds, async (feed, progress) => {
    const loaded = await loadValues(magpie, { feed: feed.id }, valuesOf(magpie, feed, job.signal), (count) =>
      progress(50, `${count} values read.`),
    );
    return `${loaded} values.`;
  });
  await countOverlaps(magpie);
  return message;
}

/** True for a scope of caching: `all`, a format, or an id. */
export function isCacheScope(scope: string): boolean {
  return scope === 'all' || sourceFormats.some((format) => format === scope) || readId(scope) !== null;
}

async function* valuesOf(magpie: Magpie, feed: FeedRow, signal: AbortSignal): AsyncGenerator<CachedValue> {
  if (feed.source_format === 'misp') {
    yield* mispFeedValues(magpie, feed, signal);
    return;
  }
  for await (const { value } of readIndicators(magpie, feed, { signal })) {
    // Each half of a pair is found by itself.
    for (const part of value.split('|')) if (part !== '') yield valueKeys(part);
  }
}

/** One after the other; a source that fails does not keep the others from being read. */
async function forEachFeed(
  job: RunningJob,
  feeds: readonly FeedRow[],
  work: (feed: FeedRow, progress: (percent: number, message: string) => void) => Promise<string>,
): Promise<string> {
  if (feeds.length === 0) throw new Refused('There is no such feed that is switched on.');
  const failures: string[] = [];
  let last = '';
  for (const [index, feed] of feeds.entries()) {
    job.signal.throwIfAborted();
    const progress = (percent: number, message: string) =>
      job.progress(Math.floor((100 * index + percent) / feeds.length), `Feed ${feed.id}: ${message}`);
    progress(0, 'begun.');
    try {
      last = await work(feed, progress);
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      failures.push(`Feed ${feed.id}: ${error.message}`);
    }
  }
  if (feeds.length === 1) {
    const [failure] = failures;
    if (failure !== undefined) throw new Refused(failure);
    return last;
  }
  return [`${feeds.length - failures.length} of ${feeds.length} feeds done.`, ...failures].join(' ');
}
