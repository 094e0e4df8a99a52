import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStix, readStix } from './read-stix.ts';
import { isObject, type JsonObject } from './reading.ts';
import { readAll } from './testing.ts';

const knowledge = {
  clusters: new Map([['psexec', ['misp-galaxy:mitre-tool="PsExec - S0029"']]]),
  templates: new Map<string, never>(),
  organisationUuid: 'a2d4c6e8-0b1c-4d2e-8f30-415263748596',
  today: '2024-01-02',
};

function read(name: string, { galaxiesAsTags = true } = {}) {
  const text = readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8');
  return readStix(parseStix(text), { ...knowledge, galaxiesAsTags });
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An attribute in one line: relation or type, value, and whether it detects. */
function told({ object_relation: relation, type, value, to_ids: toIds }: JsonObject): string {
  return `${relation ?? type} ${String(value).slice(0, 60)}${toIds === true ? ' !' : ''}`;
}

function toldObject({ name, Attribute: members }: JsonObject): string {
  return `${name}: ${list(members).map(told).join(', ')}`;
}

const tagsOf = (element: JsonObject | undefined) => list(element?.Tag).map(({ name }) => name);

// What misp-stix makes of the same documents, but for the templates that are not known here.
describe('a bundle of STIX 2.1 of another producer', () => {
  const { event, notTaken } = read('foreign-2.1.json');
  const attributes = list(event.Attribute);

  it('is an event with what the report says of itself', () => {
    expect(event).toMatchObject({ info: 'Fancy Stoat in winter', date: '2024-05-01', published: true });
    expect(event.EventReport).toMatchObject([{ name: 'STIX 2.1 report description', content: 'What the stoat did.' }]);
    expect(tagsOf(event)).toEqual([
      ...['stoat', 'tlp:amber', 'misp-galaxy:producer="Example ISAC"', 'misp:confidence-level="usually-confident"'],
      ...['misp-galaxy:attack-pattern="Spearphishing Attachment"', 'misp-galaxy:campaign="Winter coat"'],
      ...['misp-galaxy:intrusion-set="Stoat set"', 'misp-galaxy:mitre-tool="PsExec - S0029"'],
      ...['misp-galaxy:vulnerability="CVE-2023-23397"', 'misp-galaxy:course-of-action="Block it"'],
      ...['misp-galaxy:location="Luxembourg"', 'misp-galaxy:sector="Energy"'],
    ]);
  });

  it('has its indicators and observables as attributes', () => {
    expect(attributes.map(told)).toEqual([
      ...['domain c2.stoat.example.com !', 'ip-dst 203.0.113.7 !', 'ip-dst 2001:db8::7 !'],
      ...['md5 d41d8cd98f00b204e9800998ecf8427e !', 'url https://stoat.example.com/a?b=c !'],
      ...['regkey HKEY_LOCAL_MACHINE\\Software\\Stoat !', 'mutex stoat !'],
      ...['snort alert tcp any any -> any any (msg:"stoat"; sid:1;) !', 'domain obs.stoat.example.com'],
      ...['url http://obs.stoat.example.com/x', 'mutex obsmutex', 'mac-address 00:11:22:33:44:55'],
    ]);
    expect(attributes[0]).toMatchObject({
      ...{ uuid: '3f2a1c4e-0000-4000-8000-000000000002', comment: 'beacons here' },
      ...{ Note: [{ note: 'Look\n\nLook at this', authors: 'Ann' }], Sighting: [{ type: '0', source: 'proxy log' }] },
    });
    expect(tagsOf(attributes[0])).toEqual(['tlp:amber', 'misp-galaxy:malware="StoatRAT"']);
    expect(attributes[1]).toMatchObject({
      ...{ first_seen: '2024-05-01T12:00:00Z', last_seen: '2025-01-01T00:00:00Z' },
      Opinion: [{ opinion: '75', comment: 'yes' }],
    });
    expect(attributes[8]).toMatchObject({ first_seen: '2024-04-01T00:00:00Z', last_seen: '2024-04-02T00:00:00Z' });
  });

  it('has what belongs together as objects', () => {
    expect(list(event.Object).map(toldObject)).toEqual([
      `file: sha256 ${'ab'.repeat(30)} !, filename drop.exe !`,
      'email: from eve@stoat.example.com !, subject Invoice !',
      'network-traffic: dst_ip 203.0.113.8 !, dst_port 443 !',
      'domain-ip: domain a.stoat.example.com !, domain b.stoat.example.com !',
      "stix2-pattern: version stix 2.1, stix2-pattern [file:name = 'a'] FOLLOWEDBY [file:name = 'b'] !",
      'yara: yara rule stoat { condition: true } !, yara-rule-name rule',
      'file: filename payload.dll, size-in-bytes 1234, md5 0cc175b9c0f1b6a831c399e269772661, sha1 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8, mimetype application/x-dosexec',
      'email: send-date 2024-05-01T12:00:00Z, subject Hello, from a@stoat.example.com, to b@victim.example, email-body text, from-display-name A',
      'network-traffic: src_ip 203.0.113.9, dst_ip 198.51.100.3, protocol IPV4, protocol TCP, dst_port 443',
      'registry-key: key HKEY_CURRENT_USER\\Software\\Run, data y, data-type REG_SZ, name x',
      'process: command-line cmd /c stoat, pid 7, image payload.dll',
      'malware: name sample one, malware_type dropper, is_family 0',
      'geolocation: latitude 49.6, longitude 6.1',
      'organization: name Victim Corp, sector energy, contact_information soc@victim.example',
      'user-account: account-type unix, user-id 1001, username stoat',
      'x509: issuer CN=Stoat, serial-number 01:02, subject CN=Stoat, x509-fingerprint-sha1 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8',
      'asn: asn 64500, description STOAT-AS',
      'software: name Word, cpe cpe:2.3:a:microsoft:word:2019:*:*:*:*:*:*:*, vendor Microsoft, version 2019',
      'directory: path C:\\stoat',
      'artifact: payload_bin f91bc2f2-01d0-5060-b31e-44f82ea6c50f, md5 5d41402abc4b2a76b9719d911017c592, mime_type text/plain',
    ]);
    expect(list(event.Object)[0]).toMatchObject({
      ObjectReference: [{ relationship_type: 'indicates', referenced_uuid: list(event.Object)[11]?.uuid }],
    });
  });

  it('has what MISP has no place for told with the reason', () => {
    expect(notTaken.map(({ reason }) => reason).sort()).toEqual([
      'It counts 2 sightings without a time of each; one is taken.',
      'MISP has no place for objects of the type infrastructure.',
      'MISP relates objects only; it starts from an attribute.',
      ...Array.from({ length: 4 }, () => 'Tags are not related to each other.'),
    ]);
  });

  it('has clusters that relate to each other where clusters are wanted', () => {
    const clusters = read('foreign-2.1.json', { galaxiesAsTags: false });
    const [first] = list(clusters.event.Attribute);
    const malware = list(list(first?.Galaxy)[0]?.GalaxyCluster)[0];
    expect(malware).toMatchObject({
      ...{ value: 'StoatRAT', type: 'stix-2.1-malware', source: 'Example ISAC' },
      GalaxyClusterRelation: [{ referenced_galaxy_cluster_type: 'exploits' }],
    });
    const vulnerability = list(clusters.event.Galaxy)
      .flatMap(({ GalaxyCluster: own }) => list(own))
      .find(({ value }) => value === 'CVE-2023-23397');
    expect(list(malware?.GalaxyClusterRelation)[0]?.referenced_galaxy_cluster_uuid).toBe(vulnerability?.uuid);
  });
});

describe('a bundle of STIX 2.0 of another producer', () => {
  const { event, notTaken, version } = read('foreign-2.0.json');

  it('is an event with its indicators, and observables with what they refer to', () => {
    expect({ version, notTaken }).toEqual({ version: '2.0', notTaken: [] });
    expect(event).toMatchObject({ info: 'Stoat, the older form', date: '2024-05-01' });
    expect(list(event.Attribute).map(told)).toEqual(['domain c2.stoat.example.com !']);
    expect(tagsOf(list(event.Attribute)[0])).toContain('misp-galaxy:malware="StoatRAT"');
    expect(list(event.Object).map(toldObject)).toEqual([
      'ip-port: ip 203.0.113.7 !, ip 203.0.113.8 !',
      'file: md5 d41d8cd98f00b204e9800998ecf8427e !, size-in-bytes 0 !',
      'file: filename a.exe, md5 0cc175b9c0f1b6a831c399e269772661',
      'domain-ip: domain obs.stoat.example.com, ip 203.0.113.9',
      'network-traffic: dst_ip 203.0.113.9, protocol TCP, dst_port 80',
    ]);
  });
});

const stamp = { created: '2024-05-01T00:00:00.000Z', modified: '2024-05-01T00:00:00.000Z' };

function sdo(type: string, digit: number, more: JsonObject): JsonObject & { id: string } {
  return { type, spec_version: '2.1', id: `${type}--3f2a1c4e-0000-4000-8000-00000000000${digit}`, ...stamp, ...more };
}

function indicator(digit: number, domain: string, more: JsonObject = {}) {
  const pattern = `[domain-name:value = '${domain}']`;
  return sdo('indicator', digit, { pattern, pattern_type: 'stix', valid_from: stamp.created, ...more });
}

function related(digit: number, from: { id: string }, type: string, to: { id: string }) {
  return sdo('relationship', digit, { source_ref: from.id, relationship_type: type, target_ref: to.id });
}

function readObjects(...objects: JsonObject[]) {
  return readStix(
    { type: 'bundle', id: 'bundle--3f2a1c4e-0000-4000-8000-000000000009', objects },
    { ...knowledge, galaxiesAsTags: true },
  );
}

describe('objects of other producers', () => {
  it('are read without a bundle: as a TAXII server answers them, as a list, or alone', () => {
    const one = indicator(1, 'a.example.com');
    for (const document of [{ more: false, objects: [one] }, [one], one]) {
      const { event } = readStix(parseStix(JSON.stringify(document)), { ...knowledge, galaxiesAsTags: true });
      expect(list(event.Attribute).map(told)).toEqual(['domain a.example.com !']);
    }
    expect(() => readStix({ objects: 'x' }, { ...knowledge, galaxiesAsTags: true })).toThrow('no STIX 2 bundle');
  });

  it('refer from an object to the attribute that points at it, by the opposite word', () => {
    const sample = sdo('malware', 1, { name: 'Sample', is_family: false });
    const [first, second, third] = [
      indicator(2, 'a.example.com'),
      indicator(3, 'b.example.com'),
      indicator(4, 'c.example.com'),
    ];
    const { event, notTaken } = readObjects(
      ...[sample, first, second, third],
      ...[related(5, first, 'indicates', sample), related(6, second, 'communicates-with', sample)],
      related(7, third, 'variant-of', sample),
    );
    expect(list(list(event.Object)[0]?.ObjectReference)).toMatchObject([
      { relationship_type: 'indicated-by', referenced_uuid: list(event.Attribute)[0]?.uuid },
      { relationship_type: 'communicates-with', referenced_uuid: list(event.Attribute)[1]?.uuid },
    ]);
    expect(notTaken.map(({ reason }) => reason)).toEqual(['MISP relates objects only; it starts from an attribute.']);
  });

  it('tell who made them, where all are of one maker and no report says so', () => {
    const [one, other] = [
      sdo('identity', 1, { name: 'Example ISAC', identity_class: 'organization' }),
      sdo('identity', 2, { name: 'Other ISAC', identity_class: 'organization' }),
    ];
    const first = indicator(3, 'a.example.com', { created_by_ref: one.id });
    expect(tagsOf(readObjects(one, first).event)).toEqual(['misp-galaxy:producer="Example ISAC"']);
    const second = indicator(4, 'b.example.com', { created_by_ref: other.id });
    expect(tagsOf(readObjects(one, other, first, second).event)).toEqual([]);
  });

  it('leave a cluster that does something to others on the event too', () => {
    const actor = sdo('threat-actor', 1, { name: 'Fancy Stoat' });
    const victim = sdo('identity', 2, { name: 'Victim', identity_class: 'organization' });
    const { event } = readObjects(actor, victim, related(3, actor, 'targets', victim));
    expect(tagsOf(event)).toEqual(['misp-galaxy:threat-actor="Fancy Stoat"']);
  });

  it('have statements as tags that say what they are, and names as comments where they say more than the pattern', () => {
    const marking = {
      ...{ type: 'marking-definition', spec_version: '2.1', created: stamp.created, definition_type: 'statement' },
      id: 'marking-definition--3f2a1c4e-0000-4000-8000-000000000001',
      definition: { statement: 'Copyright Example ISAC' },
    };
    const marked = { object_marking_refs: [marking.id], labels: ['malicious-activity', 'stoat'] };
    const { event } = readObjects(
      marking,
      indicator(2, 'a.example.com', { name: 'a.example.com', ...marked }),
      indicator(3, 'b.example.com', { name: 'Second stage' }),
    );
    const [first, second] = list(event.Attribute);
    expect(tagsOf(first)).toEqual(['stoat', 'statement:Copyright Example ISAC']);
    expect([first?.comment, second?.comment]).toEqual([undefined, 'Second stage']);
  });
});

describe('a package of STIX 1 of another producer', () => {
  const { event, notTaken } = read('foreign-1.xml');

  it('is an event with its indicators, observables and what it names', () => {
    expect(notTaken).toEqual([]);
    expect(event).toMatchObject({ info: 'Fancy Stoat, the XML', date: '2024-05-01' });
    expect(tagsOf(event)).toEqual([
      ...['tlp:amber', 'misp-galaxy:ransomware="StoatRAT"', 'misp-galaxy:threat-actor="Fancy Stoat"'],
      'misp-galaxy:mitre-course-of-action="Block it"',
    ]);
    expect(list(event.Attribute).map(told)).toEqual([
      ...['text What the stoat did', 'ip-dst 203.0.113.7 !', 'domain c2.stoat.example.com !'],
      ...['url https://stoat.example.com/a?b=c !', `sha256 ${'ab'.repeat(30)} !`, 'mutex stoat !'],
      ...['regkey HKEY_LOCAL_MACHINE\\Software\\Stoat !', 'yara rule stoat { condition: true } !'],
      ...['ip-dst 198.51.100.1 !', 'ip-dst 198.51.100.2 !', 'vulnerability CVE-2023-23397'],
      ...['campaign-name Winter coat', 'domain obs.stoat.example.com'],
    ]);
    expect(list(event.Object).map(toldObject)).toEqual([
      'file: filename drop.exe !, size-in-bytes 0 !, md5 d41d8cd98f00b204e9800998ecf8427e !',
      'email: from eve@stoat.example.com !, subject Invoice !',
      'network-connection: ip-dst 203.0.113.8 !, dst-port 443 !, layer4-protocol TCP !',
    ]);
  });
});

describe('a package of STIX 1 that MISP has little place for', () => {
  const readXml = (inner: string) =>
    readStix(
      parseStix(
        `<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:ttp="http://stix.mitre.org/TTP-1" xmlns:coa="http://stix.mitre.org/CourseOfAction-1" xmlns:cybox="http://cybox.mitre.org/cybox-2" xmlns:AddressObj="http://cybox.mitre.org/objects#AddressObject-2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="e:Package-1" version="1.2">${inner}</stix:STIX_Package>`,
      ),
      { ...knowledge, galaxiesAsTags: true },
    );

  it('tells what it leaves out, and that nothing is left', () => {
    const victims = readXml(
      '<stix:TTPs><stix:TTP id="e:ttp-1" xsi:type="ttp:TTPType"><ttp:Title>Victims</ttp:Title></stix:TTP></stix:TTPs>',
    );
    expect(victims.notTaken).toEqual([{ path: 'e:ttp-1', reason: 'MISP has no place for what the TTP says.' }]);
    expect(readXml('').notTaken).toEqual([{ path: 'document', reason: 'It holds nothing that MISP has a place for.' }]);
  });

  it('has the markings of Automated Indicator Sharing as tags', () => {
    const { event } = readXml(
      '<stix:STIX_Header xmlns:m="http://data-marking.mitre.org/Marking-1" xmlns:AIS="http://www.us-cert.gov/STIXMarkingStructure#AISConsentMarking-2"><stix:Title>Shared</stix:Title><stix:Handling><m:Marking><m:Marking_Structure xsi:type="AIS:AISMarkingStructure"><AIS:Not_Proprietary CISA_Proprietary="false"><AIS:AISConsent consent="EVERYONE"/><AIS:TLPMarking color="AMBER"/></AIS:Not_Proprietary></m:Marking_Structure></m:Marking></stix:Handling></stix:STIX_Header>',
    );
    expect(tagsOf(event)).toEqual([
      ...['ais-marking:AISConsent="EVERYONE"', 'ais-marking:AISMarking="Not_Proprietary"'],
      ...['ais-marking:CISA_Proprietary="false"', 'ais-marking:TLPMarking="AMBER"', 'tlp:amber'],
    ]);
  });

  it('keeps what a course of action is about', () => {
    const { event, notTaken } = readXml(
      '<stix:Courses_Of_Action><stix:Course_Of_Action id="e:coa-1" xsi:type="coa:CourseOfActionType"><coa:Title>Block it</coa:Title><coa:Parameter_Observables><cybox:Observable id="e:o-1"><cybox:Object><cybox:Properties xsi:type="AddressObj:AddressObjectType" category="ipv4-addr"><AddressObj:Address_Value>203.0.113.9</AddressObj:Address_Value></cybox:Properties></cybox:Object></cybox:Observable></coa:Parameter_Observables></stix:Course_Of_Action></stix:Courses_Of_Action>',
    );
    expect(notTaken).toEqual([]);
    expect(tagsOf(event)).toEqual(['misp-galaxy:mitre-course-of-action="Block it"']);
    expect(list(event.Attribute).map(told)).toEqual(['ip-dst 203.0.113.9 !']);
  });
});

it('has objects name the templates that the library has, also where it is not loaded', () => {
  for (const name of ['foreign-2.1.json', 'foreign-2.0.json', 'foreign-1.xml']) {
    const made = list(read(name).event.Object);
    expect(made.length).toBeGreaterThan(0);
    for (const object of made) {
      expect(object.template_uuid, `${name} ${String(object.name)}`).toMatch(
        /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
      );
      expect(object['meta-category']).not.toBe('');
    }
    const file = made.find((object) => object.name === 'file');
    if (file !== undefined) expect(file.template_uuid).toBe('688c46fb-5edb-40a3-8273-1af7923e2215');
  }
});

describe('sightings that are counted', () => {
  it('are one, and the count is told', async () => {
    const stamp = { created: '2024-01-01T00:00:00.000Z', modified: '2024-01-01T00:00:00.000Z' };
    const id = (type: string) => `${type}--00000000-0000-4000-8000-000000000001`;
    const bundle = {
      ...{ type: 'bundle', id: id('bundle') },
      objects: [
        {
          ...{ type: 'indicator', spec_version: '2.1', id: id('indicator'), ...stamp, valid_from: stamp.created },
          ...{ pattern: "[domain-name:value = 'evil.example.com']", pattern_type: 'stix' },
        },
        {
          ...{ type: 'sighting', spec_version: '2.1', id: id('sighting'), ...stamp },
          ...{ sighting_of_ref: id('indicator'), count: 50 },
        },
      ],
    };
    const { events, notTaken } = await readAll(JSON.stringify(bundle), 'a.json');
    expect(events).toMatchObject([{ Attribute: [{ value: 'evil.example.com', Sighting: [{ type: '0' }] }] }]);
    expect(notTaken).toEqual([{ path: id('sighting'), reason: expect.stringContaining('50 sightings') }]);
  });
});
