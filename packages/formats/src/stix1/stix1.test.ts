import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import type { Json } from '../stix2/json.ts';
import { StixRefused } from '../stix2/read/bundle.ts';
import { textOf } from '../testing.ts';
import { parseStix1Xml } from './read/parse-xml.ts';
import { isStix1, readStix1 } from './read/read-stix1.ts';
import { type Stix1Options, writeStix1 } from './write/write-stix1.ts';

const EVENT = '5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a10';
const uuid = (number: number) => `5f0c0a2e-5b0e-4b7a-9a58-${String(number).padStart(12, '0')}`;

const attribute = (number: number, type: string, value: string, fields: Json = {}): Json => ({
  uuid: uuid(number),
  type,
  value,
  category: 'Network activity',
  to_ids: true,
  comment: '',
  timestamp: '1700000011',
  ...fields,
});

const head: Json = {
  uuid: EVENT,
  id: '57',
  info: 'Mail <wave> & "more"',
  date: '2023-11-14',
  threat_level_id: '1',
  analysis: '2',
  published: false,
  timestamp: '1700000000',
  Orgc: { name: 'CERT-X', uuid: uuid(1) },
  Tag: [{ name: 'tlp:amber+strict' }, { name: 'a:b="c"' }],
};

const attributes: readonly Json[] = [
  attribute(11, 'ip-src', '198.51.100.7', { comment: 'seen' }),
  attribute(12, 'domain|ip', 'bad.example|198.51.100.8', { to_ids: false }),
  attribute(13, 'filename|sha256', `a<b>.exe|${'ab'.repeat(32)}`, { category: 'Payload delivery' }),
  attribute(14, 'comment', 'free ]]> text', { category: 'Other', to_ids: false }),
  attribute(15, 'yara', 'rule x { condition: true } // ]]>', { category: 'Payload delivery' }),
  attribute(16, 'vulnerability', 'CVE-2031-12345', { category: 'External analysis', to_ids: false }),
  attribute(17, 'threat-actor', 'Some Actor', { category: 'Attribution', to_ids: false }),
];

const event: Json = {
  ...head,
  Attribute: attributes,
  Object: [
    {
      uuid: uuid(20),
      name: 'domain-ip',
      'meta-category': 'network',
      comment: 'pair',
      timestamp: '1700000020',
      Attribute: [
        attribute(21, 'domain', 'c2.example', { object_relation: 'domain' }),
        attribute(22, 'ip-dst', '203.0.113.5', { object_relation: 'ip' }),
      ],
    },
    {
      uuid: uuid(30),
      name: 'own-template',
      'meta-category': 'misc',
      timestamp: '1700000020',
      Attribute: [attribute(31, 'text', 'value', { object_relation: 'some-relation', to_ids: false })],
      ObjectReference: [{ uuid: uuid(32), referenced_uuid: uuid(11), relationship_type: 'connected-to' }],
    },
  ],
};

async function write(form: Stix1Options['form'], events: readonly Json[] = [event]): Promise<string> {
  async function* pages(items: unknown) {
    yield Array.isArray(items) ? items : [];
  }
  async function* all() {
    for (const { Attribute: own, Object: objects, ...rest } of events) {
      yield { head: rest, attributes: pages(own), objects: pages(objects) };
    }
  }
  const options = {
    organisation: 'My Org',
    baseUrl: 'https://misp.example',
    now: new Date(0),
    packageUuid: uuid(99),
  };
  return textOf(writeStix1(all(), { form, version: '1.1.1', ...options }));
}

const options = {
  galaxiesAsTags: true,
  organisationUuid: uuid(1),
  categoryOf: (type: string) => (/^[a-z0-9|-]+$/i.test(type) && type.length < 30 ? 'Other' : null),
  today: '2026-01-01',
};

const read = (xml: string) => readStix1(parseStix1Xml(xml).json, options);

describe('STIX 1 out', () => {
  it('is one package for each event, with an indicator for what is detected and an observable for the rest', async () => {
    const json = JSON.parse(await write('json'));
    expect(json).toMatchObject({ id: `My_Org:STIXPackage-${uuid(99)}`, version: '1.1.1' });
    const [{ package: own }] = json.related_packages.related_packages;
    const [incident] = own.incidents;
    expect(incident).toMatchObject({
      id: `My_Org:Incident-${EVENT}`,
      status: { value: 'Closed' },
      handling: [
        { marking_structures: [{ color: 'AMBER' }, { statement: 'tlp:amber+strict' }, { statement: 'a:b="c"' }] },
      ],
    });
    expect(incident.related_indicators.indicators[0].indicator.observable.object.properties).toEqual({
      address_value: { value: '198.51.100.7', condition: 'Equals' },
      category: 'ipv4-addr',
      is_source: true,
      is_destination: false,
      'xsi:type': 'AddressObjectType',
    });
    expect(incident.related_indicators.indicators).toHaveLength(4);
    expect(incident.related_observables.observables).toHaveLength(3);
  });

  it('escapes every value in XML', async () => {
    const xml = await write('xml');
    expect(xml).toContain('<incident:Title>Mail &lt;wave&gt; &amp; "more"</incident:Title>');
    expect(xml).toContain('<AddressObj:Address_Value condition="Equals">198.51.100.7</AddressObj:Address_Value>');
    expect(xml).not.toContain(']]>');
  });

  it('names what an object refers to by the id of its CybOX object', async () => {
    const xml = await write('xml');
    expect(xml).toContain(`<cybox:Related_Object idref="My_Org:Address-${uuid(11)}">`);
  });

  it('is a valid document without any event, and with several', async () => {
    expect(isStix1(JSON.parse(await write('json', [])))).toBe(true);
    expect(isStix1(parseStix1Xml(await write('xml', [])).json)).toBe(true);
    const two = await write('xml', [event, { ...event, uuid: uuid(98) }]);
    expect(two.match(/<stix:Incident /g)).toHaveLength(2);
  });

  it('keeps any text, in both forms', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (value) => {
        const one = { ...head, Attribute: [attribute(11, 'mutex', `x${value}x`)], Object: [] };
        const [xml, json] = [await write('xml', [one]), await write('json', [one])];
        const plain = (event: Json) => JSON.stringify(event.Attribute);
        const printable = value.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
        const wanted = `x${printable}x`.replaceAll(/\r\n?/g, '\n');
        expect(plain(readStix1(JSON.parse(json), options).event)).toContain(JSON.stringify(`x${value}x`));
        expect(plain(read(xml).event)).toContain(JSON.stringify(wanted));
      }),
      { numRuns: 50 },
    );
  });
});

describe('STIX 1 in', () => {
  it('takes back what was written, alike from XML and JSON', async () => {
    const fromXml = read(await write('xml'));
    const fromJson = readStix1(JSON.parse(await write('json')), options);
    expect(fromXml.event).toEqual(fromJson.event);
    expect(fromXml).toMatchObject({ isOwn: true, notTaken: [] });
    expect(fromXml.event).toMatchObject({
      uuid: EVENT,
      info: head.info,
      date: '2023-11-14',
      threat_level_id: '1',
      analysis: '2',
      Tag: [{ name: 'tlp:amber+strict' }, { name: 'a:b="c"' }],
    });
    const found = JSON.stringify(fromXml.event.Attribute);
    for (const { type, value } of attributes) {
      expect(found).toContain(JSON.stringify({ type, value }).slice(1, -1));
    }
    expect(fromXml.event.Object).toMatchObject([
      { name: 'domain-ip', uuid: uuid(20), Attribute: [{ uuid: uuid(21), to_ids: true }, { object_relation: 'ip' }] },
      { name: 'own-template', Attribute: [{ object_relation: 'some-relation', value: 'value', to_ids: false }] },
    ]);
  });

  const foreign = (body: string) =>
    `<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" id="x:package-${EVENT}" version="1.2" timestamp="2015-02-03T04:05:06Z"><stix:STIX_Header><stix:Title>Others</stix:Title></stix:STIX_Header>${body}</stix:STIX_Package>`;

  it('reads another producer’s indicators and observables, and tells what it leaves', () => {
    const { event: made, notTaken } = read(
      foreign(`<stix:Indicators><stix:Indicator id="x:indicator-${uuid(41)}"><Title>Bad</Title><Observable idref="x:o1"/></stix:Indicator>
        <stix:Indicator id="x:indicator-2"><Observable><Object><Properties xsi:type="P:MemoryObjectType"/></Object></Observable></stix:Indicator>
        <stix:Indicator id="x:indicator-3"><Observable idref="x:nowhere"/></stix:Indicator></stix:Indicators>
        <stix:Observables><Observable id="x:o1"><Object><Properties xsi:type="FileObj:FileObjectType"><Hashes><Hash><Type>MD5</Type><Simple_Hash_Value>${'a'.repeat(32)}##comma##${'b'.repeat(32)}</Simple_Hash_Value></Hash></Hashes></Properties></Object></Observable></stix:Observables>`),
    );
    expect(made).toMatchObject({ uuid: EVENT, info: 'Others', date: '2015-02-03' });
    expect(JSON.stringify(made)).toContain('a'.repeat(32));
    expect(JSON.stringify(made)).toContain('b'.repeat(32));
    expect(notTaken.map(({ id }) => id)).toEqual(['x:indicator-2', 'x:nowhere']);
  });

  it('takes what reports say and hold, and leaves what is said of other values than those told', () => {
    const domain = (value: string, condition = 'Equals') =>
      `<Object><Properties xsi:type="D:DomainNameObjectType"><Value condition="${condition}">${value}</Value></Properties></Object>`;
    const { event: made, notTaken } = read(
      `<stix:STIX_Package id="x:package-${EVENT}" version="1.2">
        <stix:Indicators><stix:Indicator id="x:i1"><Observable>${domain('one.example')}</Observable></stix:Indicator>
          <stix:Indicator id="x:i3" negate="true"><Observable>${domain('three.example')}</Observable></stix:Indicator>
          <stix:Indicator id="x:i4"><Observable>${domain('four.example', 'DoesNotEqual')}</Observable></stix:Indicator></stix:Indicators>
        <stix:Reports><stix:Report id="x:report-${uuid(51)}" timestamp="2015-02-03T04:05:06Z">
          <Header><Title>Wave</Title><Description>What was seen.</Description></Header>
          <Observables><Observable idref="x:o1"/></Observables>
          <Indicators><Indicator idref="x:i1"/><Indicator id="x:i2"><Observable>${domain('two.example')}</Observable></Indicator></Indicators>
          <Threat_Actors><Threat_Actor><Title>Stoat</Title></Threat_Actor></Threat_Actors>
          <Incidents><Incident idref="x:incident"/></Incidents>
        </stix:Report><stix:Report idref="x:elsewhere"/></stix:Reports></stix:STIX_Package>`,
    );
    expect(made).toMatchObject({
      info: 'Wave',
      date: '2015-02-03',
      Tag: [{ name: 'misp-galaxy:threat-actor="Stoat"' }],
      EventReport: [{ uuid: uuid(51), name: 'Wave', content: 'What was seen.' }],
      Attribute: [
        { value: 'one.example', to_ids: true },
        { value: 'two.example', to_ids: true },
      ],
    });
    expect(made.Attribute).toHaveLength(2);
    expect(notTaken.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'x:i3 It tells what is not to be found.',
      'x:i4 Values under the condition DoesNotEqual have no place in MISP.',
      'x:i4 Its object holds no value.',
    ]);
  });

  it('is refused where it refers to what is large over and over, however little that gives', () => {
    const hash = '<Hash><Simple_Hash_Value condition="DoesNotEqual">x</Simple_Hash_Value></Hash>';
    const properties = `<Properties xsi:type="F:FileObjectType"><Hashes>${hash.repeat(2_000)}</Hashes></Properties>`;
    const again = '<Observable><Object idref="x:o"/></Observable>';
    const document = (times: number) =>
      foreign(
        `<Observables><Observable><Object id="x:o">${properties}</Object></Observable>${again.repeat(times)}</Observables>`,
      );
    expect(() => read(document(2_000))).toThrow('too many times');
    expect(read(document(2)).event.Attribute).toEqual([]);
  });

  it('keeps what is told of an incident', () => {
    const incident = `<Incident id="x:incident-${uuid(71)}"><Title>Breach</Title><Description>They came in.</Description></Incident>`;
    const { event: made } = read(foreign(`<Incidents>${incident}</Incidents>`));
    expect(made).toMatchObject({ uuid: uuid(71), info: 'Breach' });
    expect(made.EventReport).toMatchObject([{ name: 'Breach', content: 'They came in.' }]);
  });

  it('reads OpenIOC in test mechanisms, from XML and as text in JSON', () => {
    const item = (id: number, search: string, content: string) =>
      `<IndicatorItem id="${uuid(id)}" condition="is"><Context search="${search}"/><Content type="string">${content}</Content></IndicatorItem>`;
    const ioc = `<ioc id="x"><short_description>A</short_description><definition><Indicator operator="OR" id="i">
      ${item(61, 'Network/DNS', 'ioc.example.com')}<Indicator operator="AND" id="j">${item(62, 'FileItem/FileName', 'a.exe')}
      ${item(63, 'FileItem/Md5sum', 'a'.repeat(32))}</Indicator>${item(64, 'RegistryItem/Value', 'x')}</Indicator></definition></ioc>`;
    const mechanism = `<Test_Mechanism xsi:type="stix-openioc:OpenIOC2010TestMechanismType">${ioc}</Test_Mechanism>`;
    const fromXml = read(
      foreign(
        `<Indicators><Indicator id="x:i"><Title>Bad</Title><Test_Mechanisms>${mechanism}</Test_Mechanisms></Indicator></Indicators>`,
      ),
    );
    expect(fromXml.event.Attribute).toMatchObject([
      { uuid: uuid(61), type: 'domain', value: 'ioc.example.com', to_ids: true, comment: 'Bad' },
      { type: 'filename|md5', value: `a.exe|${'a'.repeat(32)}` },
    ]);
    expect(fromXml.notTaken).toEqual([{ id: 'x:i', reason: expect.stringContaining('RegistryItem/Value: x') }]);
    const fromJson = readStix1(
      {
        stix_header: {},
        indicators: [
          { id: 'x:i', test_mechanisms: [{ 'xsi:type': 'stix-openioc:OpenIOC2010TestMechanismType', ioc }] },
        ],
      },
      options,
    );
    expect(fromJson.event.Attribute).toMatchObject([{ value: 'ioc.example.com' }, { type: 'filename|md5' }]);
  });

  it('tells of markings that no tag holds', () => {
    const handling = `<Handling><Marking><Marking_Structure xsi:type="simpleMarking:SimpleMarkingStructureType"><Statement>${'x'.repeat(300)}</Statement></Marking_Structure><Marking_Structure xsi:type="o:OwnMarkingType"><Own>y</Own></Marking_Structure></Marking></Handling>`;
    const { notTaken } = read(
      `<stix:STIX_Package id="x:package-${EVENT}" version="1.2"><stix:STIX_Header>${handling}</stix:STIX_Header></stix:STIX_Package>`,
    );
    expect(notTaken).toEqual([
      { id: `x:package-${EVENT}`, reason: expect.stringContaining('No tag holds the statement "xxx') },
      { id: `x:package-${EVENT}`, reason: 'Markings of type OwnMarkingType have no place in MISP.' },
    ]);
  });

  it('puts sightings of indicators on what was sighted, with what they observed, alike from XML and JSON', () => {
    const address = (value: string) =>
      `<Object><Properties xsi:type="A:AddressObjectType" category="ipv4-addr"><Address_Value>${value}</Address_Value></Properties></Object>`;
    const { event: made, notTaken } = read(
      foreign(`<stix:Indicators><stix:Indicator id="x:indicator-${uuid(41)}" timestamp="2015-01-01T00:00:00Z">
        <Observable>${address('198.51.100.1')}</Observable>
        <Sightings sightings_count="4">
          <Sighting timestamp="2015-01-02T00:00:00Z"><Source><Identity><Name>Sensor</Name></Identity></Source></Sighting>
          <Sighting><Description>In a log</Description><Related_Observables>
            <Related_Observable><Observable>${address('198.51.100.1')}</Observable></Related_Observable>
            <Related_Observable><Observable>${address('198.51.100.2')}</Observable></Related_Observable>
          </Related_Observables></Sighting>
        </Sightings></stix:Indicator>
        <stix:Indicator id="x:indicator-2"><Sightings sightings_count="2"/></stix:Indicator></stix:Indicators>`),
    );
    expect(made.Attribute).toMatchObject([
      {
        value: '198.51.100.1',
        Sighting: [
          { type: '0', source: 'Sensor', date_sighting: '1420156800' },
          { type: '0', source: 'In a log', date_sighting: '1420070400' },
        ],
      },
      { value: '198.51.100.2', to_ids: false, Sighting: [{ source: 'In a log' }] },
    ]);
    expect(made.Attribute).toHaveLength(2);
    expect(notTaken.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      `x:indicator-${uuid(41)} It tells of 2 sightings without saying anything of each.`,
      'x:indicator-2 It tells of 2 sightings without saying anything of each.',
      'x:indicator-2 The indicator holds neither an observable nor a rule.',
    ]);
    const properties = { 'xsi:type': 'AddressObjectType', category: 'ipv4-addr', address_value: '198.51.100.1' };
    const fromJson = readStix1(
      {
        stix_header: {},
        indicators: [
          {
            id: `x:indicator-${uuid(41)}`,
            observable: { object: { properties } },
            sightings: {
              sightings_count: 1,
              sightings: [{ timestamp: '2015-01-02T00:00:00+00:00', source: { identity: { name: 'Sensor' } } }],
            },
          },
        ],
      },
      options,
    );
    expect(fromJson.event.Attribute).toMatchObject([
      { value: '198.51.100.1', Sighting: [{ source: 'Sensor', date_sighting: '1420156800' }] },
    ]);
    expect(fromJson.notTaken).toEqual([]);
  });

  it.each([
    ['a document type', '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'],
    ['an unknown entity', '<x>&boom;</x>'],
    ['10,000 levels', `${'<x>'.repeat(10_000)}${'</x>'.repeat(10_000)}`],
    ['an open element', '<x><y></x>'],
    ['no text at all', ''],
  ])('refuses %s', (_name, xml) => {
    expect(() => parseStix1Xml(xml)).toThrow(StixRefused);
  });

  it('ends with cyclic references, and with composites in composites', () => {
    const cyclic = foreign(
      '<Observables><Observable id="x:a"><Observable_Composition operator="OR"><Observable idref="x:b"/></Observable_Composition></Observable><Observable id="x:b"><Observable_Composition operator="OR"><Observable idref="x:a"/></Observable_Composition></Observable></Observables>',
    );
    expect(read(cyclic).notTaken.length).toBeGreaterThan(0);
  });

  it('either reads or refuses whatever becomes of a real document', async () => {
    const xml = await write('xml');
    const changes = fc.array(fc.tuple(fc.nat(xml.length), fc.nat(40), fc.string({ maxLength: 8 })), { maxLength: 6 });
    fc.assert(
      fc.property(changes, (list) => {
        let text = xml;
        for (const [at, length, put] of list) text = text.slice(0, at) + put + text.slice(at + length);
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(StixRefused);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('either reads or refuses any JSON that claims to be a package', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('incidents', 'indicators', 'observables', 'ttps', 'related_packages'),
        (value, key) => {
          try {
            readStix1({ stix_header: {}, [key]: value }, options);
          } catch (error) {
            expect(error).toBeInstanceOf(StixRefused);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
