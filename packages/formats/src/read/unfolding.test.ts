import { describe, expect, it } from 'vitest';
import { DocumentRefused, type JsonObject } from './reading.ts';
import { readAll } from './testing.ts';

const TOO_OFTEN = 'The document refers to the same things too many times.';
const stamps = { spec_version: '2.1', created: '2024-01-01T00:00:00Z', modified: '2024-01-01T00:00:00Z' };

let made = 0;
function idOf(type: string): string {
  made += 1;
  return `${type}--00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`;
}

function some<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function sdo(type: string, members: JsonObject) {
  return { type, id: idOf(type), ...stamps, ...members };
}

function sco(type: string, members: JsonObject) {
  return { type, id: idOf(type), ...members };
}

function bundle(objects: readonly unknown[]): string {
  return JSON.stringify({ type: 'bundle', id: idOf('bundle'), objects });
}

function related(source: string, targets: readonly { id: string }[]) {
  return targets.map(({ id }) =>
    sdo('relationship', { relationship_type: 'related-to', source_ref: source, target_ref: id }),
  );
}

function package1(content: string): string {
  return `<stix:STIX_Package xmlns:stix="s" xmlns:c="c" xmlns:i="i" xmlns:xsi="x" id="a:Package-1">${content}</stix:STIX_Package>`;
}

const domains = some(1_500, (index) => sco('domain-name', { value: `a${index}.example.com` }));
const malware = some(1_500, (index) => sdo('malware', { name: `m${index}`, is_family: true }));
const observed = sdo('observed-data', { object_refs: domains.map(({ id }) => id) });
const indicator = sdo('indicator', { pattern: "[domain-name:value = 'a.com']", pattern_type: 'stix' });
const own = sdo('report', { name: 'Own', labels: ['misp:tool="MISP-STIX-Converter"'], object_refs: [] });
const sample = sco('artifact', { payload_bin: 'A'.repeat(400_000), x_misp_filename: 'a.bin' });
const wide = sco('file', Object.fromEntries(some(1_500, (index) => [`x_misp_a${index}`, 'v'])));

describe('STIX that names the same things over and over', { timeout: 60_000 }, () => {
  it.each<[string, string]>([
    [
      'an object of MISP in many observed data',
      bundle([
        own,
        wide,
        ...some(1_500, () => sdo('observed-data', { labels: ['misp:name="file"'], object_refs: [wide.id] })),
      ]),
    ],
    [
      'a file of MISP in many observed data',
      bundle([
        own,
        sample,
        ...some(500, () => sdo('observed-data', { labels: ['misp:type="attachment"'], object_refs: [sample.id] })),
      ]),
    ],
    [
      'observed data that many clusters hang on',
      bundle([...domains, observed, ...malware, ...related(observed.id, malware)]),
    ],
    [
      'labels of observed data of many observables',
      bundle([...domains, { ...observed, labels: some(5_000, (index) => `label ${index}`) }]),
    ],
    [
      'indicators in indicators of STIX 1',
      package1(
        `<i:Indicators>${some(20, (index) => `<i:Indicator id="i${index}"><i:Composite_Indicator_Expression>${`<i:Indicator idref="i${index + 1}"/>`.repeat(10)}</i:Composite_Indicator_Expression></i:Indicator>`).join('')}</i:Indicators>`,
      ),
    ],
    [
      'observables in observables of STIX 1',
      package1(
        `<c:Observables>${some(20, (index) => `<c:Observable id="o${index}"><c:Observable_Composition>${`<c:Observable idref="o${index + 1}"/>`.repeat(10)}</c:Observable_Composition></c:Observable>`).join('')}</c:Observables>`,
      ),
    ],
    [
      'what many indicators of STIX 1 indicate',
      package1(
        `<i:TTPs><i:TTP id="t"><i:Behavior><i:Malware>${some(1_500, (index) => `<i:Malware_Instance><i:Name>m${index}</i:Name></i:Malware_Instance>`).join('')}</i:Malware></i:Behavior></i:TTP></i:TTPs><i:Indicators>${'<i:Indicator><i:Indicated_TTP><i:TTP idref="t"/></i:Indicated_TTP></i:Indicator>'.repeat(1_500)}</i:Indicators>`,
      ),
    ],
  ])('is refused: %s', async (_what, document) => {
    await expect(readAll(document, 'file')).rejects.toThrow(new DocumentRefused(TOO_OFTEN));
  });

  it.each<[string, string, { attributes: number; objects: number }]>([
    ['many observables in one observed data', bundle([...domains, observed]), { attributes: 1_500, objects: 0 }],
    [
      'the same observables in many observed data',
      bundle([
        ...domains.slice(0, 100),
        ...some(300, () => sdo('observed-data', { object_refs: domains.slice(0, 100).map(({ id }) => id) })),
      ]),
      { attributes: 100, objects: 0 },
    ],
    [
      'many clusters of one indicator',
      bundle([indicator, ...malware, ...related(indicator.id, malware)]),
      { attributes: 1, objects: 0 },
    ],
    [
      'many sightings of one indicator',
      bundle([indicator, ...some(1_500, () => sdo('sighting', { sighting_of_ref: indicator.id }))]),
      { attributes: 1, objects: 0 },
    ],
    [
      'a pattern of many comparisons',
      bundle([
        sdo('indicator', {
          pattern_type: 'stix',
          pattern: `[${some(2_000, (index) => `file:name = 'a${index}'`).join(' OR ')}]`,
        }),
      ]),
      { attributes: 0, objects: 1 },
    ],
    [
      'many authors',
      bundle(
        malware.flatMap((one) => {
          const author = sdo('identity', { name: 'a' });
          return [
            author,
            { ...one, created_by_ref: author.id },
            sdo('report', { name: 'r', object_refs: [author.id] }),
          ];
        }),
      ),
      { attributes: 0, objects: 1_500 },
    ],
    [
      'a mail of STIX 1 with many files',
      package1(
        `<c:Observables><c:Observable><c:Object><c:Properties xsi:type="e:EmailMessageObjectType"><c:Attachments>${some(1_500, (index) => `<c:File object_reference="f${index}"/>`).join('')}</c:Attachments></c:Properties><c:Related_Objects>${some(1_500, (index) => `<c:Related_Object id="f${index}"><c:Properties xsi:type="f:FileObjectType"><c:File_Name>a</c:File_Name></c:Properties></c:Related_Object>`).join('')}</c:Related_Objects></c:Object></c:Observable></c:Observables>`,
      ),
      { attributes: 1_500, objects: 0 },
    ],
  ])('is taken in proportion: %s', async (_what, document, expected) => {
    const { events } = await readAll(document, 'file');
    const count = (list: unknown) => (Array.isArray(list) ? list.length : 0);
    expect(events.map((event) => ({ attributes: count(event.Attribute), objects: count(event.Object) }))).toEqual([
      expected,
    ]);
  });

  it('tells of an observable in several observed data once, from its first to its last time', async () => {
    const [domain] = domains;
    const times = (first: string, last: string) =>
      sdo('observed-data', { object_refs: [domain?.id], first_observed: first, last_observed: last });
    const { events } = await readAll(
      bundle([
        domain,
        times('2024-02-02T00:00:00Z', '2024-02-03T00:00:00Z'),
        times('2024-02-01T00:00:00Z', '2024-02-02T00:00:00Z'),
      ]),
      'file',
    );
    expect(events).toMatchObject([
      {
        Attribute: [{ value: 'a0.example.com', first_seen: '2024-02-01T00:00:00Z', last_seen: '2024-02-03T00:00:00Z' }],
      },
    ]);
    expect(events[0]?.Attribute).toHaveLength(1);
  });
});
