import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../api/event-pictures.ts';
import { readTimeline, scaleOf } from './timeline.ts';

const item = (uuid: string, more: Partial<TimelineItem>): TimelineItem => ({
  id: '1',
  uuid,
  content: '&lt;b&gt; &amp;amp;',
  group: 'attribute',
  attribute_type: 'text',
  first_seen: null,
  last_seen: null,
  timestamp: '1700000000',
  ...more,
});

describe('the timeline of an event', () => {
  it('shows what has a time, the earliest first, and its contents as text', () => {
    const entries = readTimeline(
      [
        item('late', { first_seen: '2024-05-01T00:00:00+00:00', last_seen: '2024-06-01T00:00:00+00:00' }),
        item('none', {}),
        item('early', { date_sighting: ['1600000000'] }),
      ],
      false,
    );
    expect(entries.map((entry) => entry.uuid)).toEqual(['early', 'late']);
    expect(entries[0]?.label).toBe('<b> &amp;');
  });

  it('places what has no time where it was last changed, when asked to', () => {
    expect(readTimeline([item('none', {})], true)[0]?.first).toBe(1_700_000_000_000);
  });

  it('has a scale around all times, and none without any', () => {
    const entries = readTimeline([item('a', { first_seen: '2024-05-01T00:00:00Z' })], false);
    const scale = scaleOf(entries);
    expect(scale && scale.from < Date.parse('2024-05-01') && scale.to > Date.parse('2024-05-01')).toBe(true);
    expect(scaleOf([])).toBeUndefined();
  });
});
