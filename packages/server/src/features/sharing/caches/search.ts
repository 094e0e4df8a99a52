import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { type ValueSource, visibleSources } from './hits.ts';
import { md5Key } from './keys.ts';

type Wire = Record<string, unknown>;

const MAX_VALUES = 10_000;
const MAX_EVENTS = 1000;

/**
 * In which feeds and instances values are known. One value gives a list, a list of values an object by the lower-cased
 * value. An empty value gives all sources. Throws `BadRequest` for anything but texts.
 */
export function searchCaches(magpie: Magpie, viewer: Viewer, value: unknown): Promise<unknown> {
  const given = Array.isArray(value) ? value : [value ?? ''];
  const texts = given.map((item) => {
    if (typeof item === 'string') return item.trim();
    if (typeof item === 'number') return String(item);
    throw new BadRequest('value takes a text or a list of texts.');
  });
  if (texts.length > MAX_VALUES) throw new BadRequest(`No more than ${MAX_VALUES} values at once.`);
  return magpie.database.as(viewer, async (tx) => {
    const sources = await visibleSources(tx);
    const found = sources.size === 0 ? new Map<number, Wire[]>() : await findValues(magpie, tx, texts, sources);
    const ofText = (text: string, index: number) =>
      text === '' ? [...sources.values()].map((source) => resultWire(magpie, source, [])) : (found.get(index) ?? []);
    if (!Array.isArray(value)) return ofText(texts[0] ?? '', 0);
    return Object.fromEntries(texts.map((text, index) => [text.toLowerCase(), ofText(text, index)]));
  });
}

async function findValues(
  magpie: Magpie,
  tx: Transaction,
  texts: readonly string[],
  sources: ReadonlyMap<number, ValueSource>,
): Promise<Map<number, Wire[]>> {
  // A source that tells only hashes has that of the value as it stands there: tried as sent and in lower case.
  const rows = await tx.query<{ n: number; source_id: number; event_uuids: string[] | null }>(
    `with sought as (select * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as s (md5, low, h, n)),
       found as (
         select s.n, c.source_id, c.event_uuid from sought s join visible_cached_values c on c.md5 = s.md5
         union select s.n, c.source_id, c.event_uuid from sought s join visible_cached_values c on c.md5 = s.low
         union select s.n, c.source_id, c.event_uuid from sought s join visible_cached_values c on c.h = s.h)
     select n, source_id, (array_agg(distinct event_uuid::text) filter (where event_uuid is not null))[1:${MAX_EVENTS}]
       as event_uuids
     from found group by n, source_id order by n, source_id`,
    [texts.map(md5Key), texts.map((text) => md5Key(text.toLowerCase())), texts.map(valueDigest)],
  );
  const found = new Map<number, Wire[]>();
  for (const { n, source_id, event_uuids } of rows) {
    const source = sources.get(source_id);
    if (source === undefined) continue;
    const list = found.get(n - 1) ?? [];
    list.push(resultWire(magpie, source, event_uuids ?? []));
    found.set(n - 1, list);
  }
  return found;
}

function resultWire(magpie: Magpie, source: ValueSource, eventUuids: readonly string[]): Wire {
  const base = magpie.config.baseUrl;
  const { name, url } = source;
  if (source.kind === 'server') {
    const id = String(source.server_id);
    const links = eventUuids.map((uuid) => ({
      url: `${base}/servers/previewEvent/${id}/${uuid}`,
      name: `Event ${uuid}`,
    }));
    const details = url === null ? {} : { url, uuid: eventUuids, direct_urls: links };
    return { Feed: { id, name, ...details, type: 'MISP Server' } };
  }
  const id = String(source.feed_id);
  const shared = { id, name, url, source_format: source.source_format };
  if (source.source_format !== 'misp') {
    const links = [{ url: `${base}/feeds/previewIndex/${id}`, name: `Feed ${id}` }];
    return { Feed: { ...shared, direct_urls: links, type: 'Feed' } };
  }
  const links = eventUuids.map((uuid) => ({ url: `${base}/feeds/previewEvent/${id}/${uuid}`, name: `Event ${uuid}` }));
  return { Feed: { ...shared, uuid: eventUuids, direct_urls: links, type: 'MISP Feed' } };
}
