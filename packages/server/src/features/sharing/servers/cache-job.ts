import type { Magpie } from '../../../context.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import { type RunningJob, viewerOfJob } from '../../../jobs/jobs.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { type CachedValue, md5KeyOfHex } from '../caches/keys.ts';
import { countOverlaps, loadValues } from '../caches/load.ts';
import { readLines } from '../feeds/lines.ts';
import { askServer } from './remote.ts';
import type { ServerRow } from './server-row.ts';

const PAGE = 50_000;
const MAX_PAGES = 2000;
const MAX_PAGE_BYTES = 64 * 2 ** 20;

/** Says who loads the values of connected instances. */
export function registerServerJobs(magpie: Magpie): void {
  magpie.jobs.register('cache_servers', (job) => cacheServers(magpie, job));
}

async function cacheServers(magpie: Magpie, job: RunningJob): Promise<string> {
  const viewer = viewerOfJob(job);
  const which = isObject(job.input) ? readId(job.input.server) : null;
  const servers = await magpie.database.as(viewer, (tx) =>
    tx.query<ServerRow>(
      'select * from visible_servers where caching_enabled and ($1::bigint is null or id = $1) order by priority, id',
      [which],
    ),
  );
  const failures: string[] = [];
  for (const [index, server] of servers.entries()) {
    job.signal.throwIfAborted();
    job.progress(Math.floor((100 * index) / servers.length), `Caching server ${server.id}.`);
    try {
      await loadValues(magpie, { server: server.id }, remoteValues(magpie, server, job.signal));
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      failures.push(`Server ${server.id}: ${error.message}`);
    }
  }
  await countOverlaps(magpie);
  const done = `${servers.length - failures.length} of ${servers.length} servers cached.`;
  return [done, ...failures].join(' ');
}

/** Lines `<md5>,<event uuid>` page by page, until one is empty. */
async function* remoteValues(magpie: Magpie, server: ServerRow, signal: AbortSignal): AsyncGenerator<CachedValue> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await askServer(magpie, server, {
      method: 'POST',
      path: '/attributes/restSearch.json',
      body: { returnFormat: 'cache', includeEventUuid: 1, page, limit: PAGE },
      maxBytes: MAX_PAGE_BYTES,
      signal,
    });
    if (answer.status !== 200) {
      answer.discard();
      throw new OutgoingError('content', `the server answered ${answer.status}.`);
    }
    let lines = 0;
    for await (const line of readLines(answer.body)) {
      const [hex = '', uuid = ''] = line.split(',');
      const md5 = md5KeyOfHex(hex);
      if (md5 === null) continue;
      lines += 1;
      yield { md5, h: null, eventUuid: /^[0-9a-f-]{36}$/i.test(uuid) ? uuid : null };
    }
    if (lines === 0) return;
  }
}
