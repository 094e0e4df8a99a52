import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { checkBundle, parseStixText } from './read/bundle.ts';
import { parsePattern } from './read/parse-pattern.ts';
import { readStix2 } from './read/read-stix2.ts';
import { IdList, UuidTable } from './write/uuid-table.ts';

const options = {
  galaxiesAsTags: true,
  organisationUuid: '00000000-0000-4000-8000-000000000001',
  categoryOf: (type: string) => (type === 'no-such-type' ? null : 'Other'),
  today: '2026-01-01',
};
const BUNDLE_ID = 'bundle--7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c01';

function bundle(...objects: unknown[]) {
  return { type: 'bundle', id: BUNDLE_ID, objects };
}

describe('a STIX 2 document from outside', () => {
  it('is refused when it nests ten thousand levels deep, before anything is built', () => {
    expect(() => parseStixText(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toThrow('nests more than');
    expect(() => parseStixText('{"type":')).toThrow('not valid JSON');
  });

  it('is refused when it is no bundle', () => {
    expect(() => checkBundle([])).toThrow('no STIX 2 bundle');
    expect(() => checkBundle({ type: 'bundle' })).toThrow('no list of objects');
  });

  it('has objects with forged ids left out, and told', () => {
    const { notTaken } = readStix2(
      bundle(
        { type: 'indicator', id: '../../etc/passwd' },
        { type: 'indicator', id: 'malware--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a12' },
        7,
      ),
      options,
    );
    expect(notTaken).toHaveLength(3);
  });

  it('has executables and their sections within files, which are objects in MISP', () => {
    const uuid = '2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a12';
    const file = {
      type: 'file',
      id: `file--${uuid}`,
      name: 'a.exe',
      hashes: { MD5: 'a'.repeat(32) },
      extensions: {
        'windows-pebinary-ext': {
          pe_type: 'exe',
          imphash: 'b'.repeat(32),
          x_misp_authentihash: 'c'.repeat(64),
          sections: [{ name: '.text', size: 12, entropy: 6.5, hashes: { 'SHA-1': 'd'.repeat(40) } }, { name: '.data' }],
        },
      },
    };
    const observed = { type: 'observed-data', id: `observed-data--${uuid}`, object_refs: [file.id] };
    const own = {
      type: 'report',
      id: 'report--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a13',
      name: 'Own',
      labels: ['misp:tool="MISP-STIX-Converter"'],
      object_refs: [observed.id, file.id],
    };
    const labels = ['misp:name="file"', 'misp:meta-category="file"'];
    for (const objects of [
      [file, observed],
      [file, { ...observed, labels }, own],
    ]) {
      const { event, notTaken } = readStix2(bundle(...objects), options);
      expect(notTaken).toEqual([]);
      const made: { name: string; uuid: string; Attribute: object[]; ObjectReference?: object[] }[] = JSON.parse(
        JSON.stringify(event.Object),
      );
      const of = (name: string) => made.filter((object) => object.name === name);
      expect(of('file')).toMatchObject([
        { ObjectReference: [{ relationship_type: 'includes', referenced_uuid: of('pe')[0]?.uuid }] },
      ]);
      expect(of('pe')[0]?.Attribute).toMatchObject([
        { object_relation: 'type', value: 'exe' },
        { object_relation: 'imphash' },
        { object_relation: 'authentihash' },
      ]);
      expect(of('pe')[0]?.ObjectReference).toHaveLength(2);
      expect(of('pe-section').map(({ Attribute }) => Attribute.length)).toEqual([4, 1]);
    }
  });

  it('moves the times of what was seen again apart, by parts of a second too', () => {
    const file = { type: 'file', id: 'file--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a11', name: 'a.exe' };
    const seen = (end: number, first: string, last: string) => ({
      ...{ type: 'observed-data', id: `observed-data--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a1${end}` },
      ...{ created: '2024-01-01T00:00:00.000Z', modified: '2024-01-01T00:00:00.000Z', number_observed: 1 },
      ...{ first_observed: first, last_observed: last, object_refs: [file.id] },
    });
    const one = seen(2, '2023-05-06T07:08:09.25Z', '2023-05-06T07:08:09Z');
    const other = seen(3, '2023-05-06T07:08:09Z', '2023-05-06T07:08:09.5Z');
    for (const both of [
      [one, other],
      [other, one],
    ]) {
      expect(readStix2(bundle(...both, file), options).event.Object).toMatchObject([
        { name: 'file', first_seen: '2023-05-06T07:08:09Z', last_seen: '2023-05-06T07:08:09.5Z' },
      ]);
    }
  });

  it('may refer in circles', () => {
    const a = 'process--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a12';
    const b = 'process--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a13';
    const report = 'report--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a14';
    const reading = readStix2(
      bundle(
        { type: 'process', id: a, parent_ref: b, child_refs: [b], pid: 1 },
        { type: 'process', id: b, parent_ref: a, child_refs: [a], pid: 2 },
        { type: 'report', id: report, name: 'Round', object_refs: [report, a, b] },
        {
          type: 'relationship',
          id: 'relationship--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a15',
          relationship_type: 'related-to',
          source_ref: a,
          target_ref: a,
        },
      ),
      options,
    );
    expect(reading.notTaken.map(({ reason }) => reason)).toContain('It relates an object to itself.');
  });

  it('never breaks the reader, whatever its objects hold', () => {
    const types = ['indicator', 'observed-data', 'file', 'report', 'note', 'relationship', 'malware', 'sighting'];
    const object = fc.record(
      {
        type: fc.constantFrom(...types),
        id: fc.tuple(fc.constantFrom(...types), fc.uuid()).map(([type, uuid]) => `${type}--${uuid}`),
        object_refs: fc.jsonValue({ maxDepth: 2 }),
        pattern: fc.oneof(fc.string(), fc.constant("[file:name = 'a']"), fc.jsonValue({ maxDepth: 1 })),
        labels: fc.jsonValue({ maxDepth: 2 }),
        hashes: fc.jsonValue({ maxDepth: 2 }),
        x_magpie: fc.jsonValue({ maxDepth: 3 }),
        modified: fc.jsonValue({ maxDepth: 0 }),
      },
      { requiredKeys: ['type', 'id'] },
    );
    fc.assert(
      fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
        const all = objects.map((one) => ({ ...one, id: one.id.replace(/^[a-z-]+--/, `${one.type}--`) }));
        expect(Array.isArray(readStix2(bundle(...all), options).notTaken)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a STIX pattern', () => {
  it('is taken apart where it only compares', () => {
    expect(parsePattern("[file:hashes.'SHA-1' = 'a\\'b' AND file:size IN (1, 2)]")).toEqual({
      comparisons: [
        { sco: 'file', path: 'hashes.SHA-1', operator: '=', values: ["a'b"] },
        { sco: 'file', path: 'size', operator: 'IN', values: ['1', '2'] },
      ],
      hasOr: false,
    });
  });

  it.each([
    "[file:name != 'a']",
    "[file:name MATCHES 'a']",
    "[a:b = 'c'] FOLLOWEDBY [a:b = 'd']",
    'no pattern',
    '[',
    '',
  ])('is left whole otherwise: %s', (pattern) => {
    expect(parsePattern(pattern)).toBeNull();
  });

  it('keeps every text within quotes, and is never mistaken, whatever it is', () => {
    const token = fc.constantFrom(
      ...[
        '[',
        ']',
        '(',
        ')',
        ' AND ',
        ' OR ',
        'file:name',
        "file:hashes.'SHA-1'",
        'a:b[*].c',
        ' = ',
        ' IN ',
        ' LIKE ',
        ',',
      ],
      ...["'a'", "'\\\\'", "t'2024'", "'", '\\', '12', '-1.5e9', 'true', ' NOT ', ' FOLLOWEDBY ', ' WITHIN 5 SECONDS'],
    );
    const pieces = fc.array(fc.oneof({ weight: 6, arbitrary: token }, hostileText(3)), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText(300),
          pieces.map((parts) => parts.join('')),
        ),
        (pattern) => {
          const parsed = parsePattern(pattern);
          if (parsed === null) return;
          expect(parsed.comparisons).not.toEqual([]);
          for (const { sco, path, values } of parsed.comparisons) expect([sco, path, values]).not.toContainEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
    const text = hostileText();
    const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    fc.assert(
      fc.property(text, text, (one, other) => {
        const pattern = `[file:name = ${quoted(one)} OR file:hashes.${quoted(`x${other}`)} IN (${quoted(other)}, 7)]`;
        expect(parsePattern(pattern)).toEqual({
          comparisons: [
            { sco: 'file', path: 'name', operator: '=', values: [one] },
            { sco: 'file', path: `hashes.x${other}`, operator: 'IN', values: [other, '7'] },
          ],
          hasOr: true,
        });
      }),
    );
    expect(parsePattern(`[${'('.repeat(50_000)}`)).toBeNull();
  });
});

describe('what is remembered of large events', () => {
  it('finds every uuid again, and none that was not put in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 3000 }), fc.uuid(), (uuids, other) => {
        const table = new UuidTable();
        for (const [index, uuid] of uuids.entries()) table.set(uuid, (index % 200) + 1);
        for (const [index, uuid] of uuids.entries()) expect(table.get(uuid)).toBe((index % 200) + 1);
        expect(table.get(other)).toBe(uuids.includes(other) ? table.get(other) : 0);
      }),
      { numRuns: 20 },
    );
  });

  it('gives ids back in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('file', 'observed-data'), fc.uuid())), (pairs) => {
        const ids = pairs.map(([type, uuid]) => `${type}--${uuid}`);
        const list = new IdList(2);
        for (const id of ids) list.add(id);
        expect([...list]).toEqual(ids);
      }),
    );
  });
});
