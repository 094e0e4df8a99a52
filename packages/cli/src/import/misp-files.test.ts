import { describe, expect, it } from 'vitest';
import { eventsIn } from './misp-files.ts';

const event = { info: 'x' };

describe('a MISP JSON document', () => {
  it.each([
    ['a wrapped event', { Event: event }],
    ['a bare event', event],
    ['a list', [{ Event: event }]],
    ['a search result', { response: [{ Event: event }] }],
    ['a search result of one', { response: { Event: event } }],
  ])('gives its events when it is %s', (_name, document) => {
    expect(eventsIn(document)).toEqual([event]);
  });

  it.each([[null], [[]], [42], ['text'], [{}], [{ response: [] }], [[{ Event: event }, {}]], [{ Event: 'x' }]])(
    'is refused when it is %j',
    (document) => {
      expect(() => eventsIn(document)).toThrow('not a MISP event');
    },
  );
});
