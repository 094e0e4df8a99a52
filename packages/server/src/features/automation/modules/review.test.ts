import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { readDescriptors } from './descriptor.ts';
import { readReview } from './read-review.ts';
import { MAX_ATTRIBUTES } from './review.ts';

const options = { comment: 'Enriched', distribution: 5 };
const read = (results: unknown) => readReview({ results }, options);

describe('results of modules', () => {
  it('take the first type, a fitting category and what is said of the value', () => {
    const result = {
      types: ['text', 'comment'],
      values: ['a', 7, true],
      categories: ['No such', 'External analysis'],
      tags: 'one, two',
      to_ids: '1',
      distribution: '0',
    };
    expect(read([result]).attributes).toEqual(
      ['a', '7', '1'].map((value) => ({
        type: 'text',
        category: 'External analysis',
        value,
        to_ids: true,
        comment: 'Enriched',
        distribution: 0,
        types: ['text', 'comment'],
        Tag: [{ name: 'one' }, { name: 'two' }],
      })),
    );
  });

  it('have raw samples encrypted, and handled ones left alone', () => {
    const sample = { types: ['malware-sample'], values: ['a.exe'], data: 'AAAA' };
    expect(read([sample]).attributes).toMatchObject([{ data: 'AAAA', encrypt: true }]);
    expect(read([{ ...sample, data_is_handled: true }]).attributes[0]).not.toHaveProperty('encrypt');
  });

  it('do not choose ids, events, times, sharing groups or what others said', () => {
    const entry = {
      ...{ id: '1', event_id: '2', timestamp: '3', sharing_group_id: '4', distribution: '4', deleted: true },
      ...{ type: 'domain', value: 'a.example', Sighting: [{}], ShadowAttribute: [{}], SharingGroup: { uuid: 'x' } },
    };
    expect(read({ Attribute: [entry] }).attributes).toEqual([
      { type: 'domain', value: 'a.example', comment: 'Enriched', distribution: 5 },
    ]);
  });

  it('are cut off, and that is told', () => {
    const many = Array.from({ length: MAX_ATTRIBUTES + 5 }, (_, index) => ({ type: 'text', value: index }));
    for (const results of [{ Attribute: many }, [{ types: ['text'], values: many.map(({ value }) => value) }]]) {
      const { attributes, rejected } = read(results);
      expect(attributes).toHaveLength(MAX_ATTRIBUTES);
      expect(JSON.stringify(rejected)).toContain('left out');
    }
  });

  const element = fc.record(
    {
      ...{ type: fc.constantFrom('domain', 'text', 'freetext', 'x'), types: fc.jsonValue(), values: fc.jsonValue() },
      ...{ value: fc.jsonValue(), Tag: fc.jsonValue(), name: fc.jsonValue(), content: fc.jsonValue() },
      ...{ Attribute: fc.array(fc.jsonValue()), ObjectReference: fc.jsonValue(), GalaxyCluster: fc.jsonValue() },
    },
    { requiredKeys: [] },
  );
  const results = fc.oneof(
    fc.jsonValue(),
    fc.array(element),
    fc.record({
      Attribute: fc.array(element),
      Object: fc.array(element),
      EventReport: fc.array(element),
      Galaxy: element,
    }),
  );

  it('are read whatever they are', () => {
    fc.assert(
      fc.property(results, (sent) => {
        const review = read(sent);
        for (const { value } of review.attributes) expect(typeof value).toBe('string');
        for (const { Attribute } of review.objects) expect(Attribute).not.toHaveLength(0);
      }),
    );
  });
});

describe('descriptors of modules', () => {
  it('read options as names, objects or maps, and know secrets', () => {
    const configs = [
      ['apikey', 'server'],
      [{ name: 'apikey', type: 'string' }, { name: 'server' }],
      { apikey: 'the key', server: 'the server' },
      { params: { apikey: { type: 'string' }, server: { type: 'string' } } },
    ];
    for (const config of configs) {
      const [module] = readDescriptors([{ name: 'a', meta: { 'module-type': ['hover'], config } }]) ?? [];
      expect(module?.options.map(({ name, isSecret }) => [name, isSecret])).toEqual([
        ['apikey', true],
        ['server', false],
      ]);
    }
  });

  it('never make a browser show what a module exports', () => {
    const typeOf = (responseType: unknown) =>
      readDescriptors([{ name: 'a', mispattributes: { responseType } }])?.[0]?.responseType;
    expect(typeOf('text/plain')).toBe('text/plain');
    for (const type of ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'a\r\nb: c', 7]) {
      expect(typeOf(type)).toBe('application/octet-stream');
    }
  });

  it('are read whatever they are', () => {
    const entry = fc.record(
      { name: fc.string(), type: fc.jsonValue(), mispattributes: fc.jsonValue(), meta: fc.jsonValue() },
      { requiredKeys: ['name'] },
    );
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.array(entry)), (sent) => void readDescriptors(sent)));
  });
});
