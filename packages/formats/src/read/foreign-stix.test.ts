import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStix, readStix } from './read-stix.ts';
import { isObject, type JsonObject } from './reading.ts';

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
    expect(tagsOf(attributes[0])).toEqual(['malicious-activity', 'tlp:amber', 'misp-galaxy:malware="StoatRAT"']);
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
