import { describe, expect, it } from 'vitest';
import { type AttributeSearch, searchBody } from './search.ts';

const nothing: AttributeSearch = { text: '', type: '', category: '', tag: '', org: '', info: '', ids: '', last: '' };

describe('a search for values', () => {
  it('sends one value as it is and several as a list', () => {
    expect(searchBody({ ...nothing, text: ' 192.0.2.1 \n' })).toEqual({ value: '192.0.2.1' });
    expect(searchBody({ ...nothing, text: 'a\n\nb|c' })).toEqual({ value: ['a', 'b|c'] });
  });

  it('sends filters with what is left out, and words of titles as parts of them', () => {
    expect(searchBody({ ...nothing, tag: 'tlp:red|!tlp:clear', type: 'ip-dst', info: 'mill', ids: '0' })).toEqual({
      tags: ['tlp:red', '!tlp:clear'],
      type: ['ip-dst'],
      eventinfo: '%mill%',
      to_ids: 0,
    });
  });

  it('asks for nothing where nothing is set', () => {
    expect(searchBody(nothing)).toEqual({});
  });
});
