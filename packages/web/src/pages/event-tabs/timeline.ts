import type { TimelineItem } from '../../api/event-pictures.ts';

/** Something with its times, in milliseconds since 1970. */
export interface TimelineEntry {
  readonly uuid: string;
  readonly group: 'attribute' | 'object';
  readonly type: string;
  readonly label: string;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly sightings: readonly number[];
}

/** The time that a timeline covers (milliseconds since 1970), and its marks. */
export interface TimelineScale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly time: number; readonly label: string }[];
}

const day = 86_400_000;

function readTime(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}

/** The server sends contents escaped for HTML, as MISP does; here they are text. */
function plainText(escaped: string): string {
  return escaped
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#039;', "'")
    .replaceAll('&amp;', '&');
}

/** What has a time, the earliest first; with `undated` also what has none, by the time of its last change. */
export function readTimeline(items: readonly TimelineItem[], undated: boolean): readonly TimelineEntry[] {
  return items
    .map((item): TimelineEntry => {
      const sighted = [item, ...(item.Attribute ?? [])].flatMap((part) => part.date_sighting ?? []);
      const changed = Number(item.timestamp) * 1000;
      const first = readTime(item.first_seen);
      const last = readTime(item.last_seen);
      const hasTime = first !== undefined || last !== undefined || sighted.length > 0;
      const lead = item.group === 'object' ? (item.Attribute?.[0]?.content ?? '') : item.content;
      return {
        uuid: item.uuid,
        group: item.group,
        type: item.group === 'object' ? plainText(item.content) : (item.attribute_type ?? ''),
        label: plainText(lead).slice(0, 120),
        first: hasTime || !undated ? first : changed,
        last,
        sightings: sighted.map((seconds) => Number(seconds) * 1000).filter(Number.isFinite),
      };
    })
    .filter((entry) => timesOf(entry).length > 0)
    .sort((a, b) => Math.min(...timesOf(a)) - Math.min(...timesOf(b)));
}

const timesOf = (entry: TimelineEntry): readonly number[] =>
  [entry.first, entry.last, ...entry.sightings.slice(0, 100)].filter((time) => time !== undefined);

/** From the first to the last time, with a margin, and up to six dates in between; undefined without any time. */
export function scaleOf(entries: readonly TimelineEntry[]): TimelineScale | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const entry of entries) {
    for (const time of timesOf(entry)) {
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
  }
  if (!Number.isFinite(from)) return undefined;
  const margin = Math.max((to - from) * 0.03, day / 2);
  const [start, end] = [from - margin, to + margin];
  const step = (end - start) / 6;
  const ticks = Array.from({ length: 5 }, (_, index) => start + step * (index + 0.5)).map((time) => ({
    time,
    label: new Date(time)
      .toISOString()
      .slice(0, end - start < 4 * day ? 16 : 10)
      .replace('T', ' '),
  }));
  return { from: start, to: end, ticks };
}
