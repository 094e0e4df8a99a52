import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { typeFacts } from '@magpie/model';
import { allTypes, fileData, fileTypes, sampleValue } from './samples.ts';

type Json = Record<string, unknown>;

/** A stable uuid (version 4 shape) from a name, so that two runs make the same events. */
export function uuidOf(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

const organisation = { name: 'Alpha CERT', uuid: uuidOf('organisation') };
const TIMESTAMP = '1700000011';

function event(name: string, parts: Json): Json {
  return {
    uuid: uuidOf(`event ${name}`),
    info: name,
    date: '2024-01-02',
    threat_level_id: '2',
    analysis: '1',
    published: false,
    timestamp: '1700000000',
    publish_timestamp: '0',
    distribution: '1',
    Org: organisation,
    Orgc: organisation,
    Attribute: [],
    Object: [],
    ...parts,
  };
}

/** An attribute of a type, with everything about it that is not a default. */
export function attribute(name: string, type: string, fields: Json = {}): Json {
  const facts = typeFacts(type);
  return {
    uuid: uuidOf(`attribute ${name}`),
    type,
    category: facts?.defaultCategory ?? 'Other',
    value: sampleValue(type),
    to_ids: true,
    timestamp: TIMESTAMP,
    comment: '',
    distribution: '5',
    disable_correlation: false,
    deleted: false,
    ...(fileTypes.has(type) ? { data: fileData } : {}),
    ...fields,
  };
}

/** Two events for every attribute type, with and without the detection flag. */
export function typeEvents(): Json[] {
  return [true, false].map((toIds) =>
    event(`types ${toIds ? 'with' : 'without'} to_ids`, {
      Attribute: allTypes.map((type) =>
        attribute(`${type} ${toIds}`, type, { to_ids: toIds, comment: toIds ? `about ${type}` : '' }),
      ),
    }),
  );
}

interface Template {
  name: string;
  uuid: string;
  version: number;
  'meta-category': string;
  description: string;
  attributes: Record<string, { 'misp-attribute': string; multiple?: boolean; to_ids?: boolean; categories?: string[] }>;
}

/** The object templates in a folder laid out as MISP's library. */
export function readTemplates(folder: string): Template[] {
  return readdirSync(join(folder, 'objects'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, 'objects', name, 'definition.json'), 'utf8')));
}

function object(template: Template, name: string, members: Json[]): Json {
  return {
    uuid: uuidOf(`object ${name}`),
    name: template.name,
    'meta-category': template['meta-category'],
    description: template.description,
    template_uuid: template.uuid,
    template_version: String(template.version),
    timestamp: '1700000020',
    comment: `an object ${template.name}`,
    distribution: '5',
    deleted: false,
    ObjectReference: [],
    Attribute: members,
  };
}

/** Relations that hold one of several fixed words in STIX. */
const words: Readonly<Record<string, string>> = {
  state: 'Malicious',
  'address-family': 'AF_INET',
  protocol: 'TCP',
  'tcp-flags': '12',
  'data-type': 'REG_SZ',
};

/** One event for each template: an object with every relation, once with and once without the detection flag. */
export function templateEvents(folder: string): Json[] {
  return readTemplates(folder).map((template) => {
    const objects = [true, false].map((toIds) => {
      const label = `${template.name} ${toIds}`;
      const members = Object.entries(template.attributes).flatMap(([relation, facts]) => {
        const type = facts['misp-attribute'];
        const values = [sampleValue(type)];
        if (facts.multiple && toIds) values.push(sampleValue(type, 1));
        return [...new Set(values)].map((value, index) =>
          attribute(`${label} ${relation} ${index}`, type, {
            object_relation: relation,
            value: words[relation] ?? value,
            to_ids: toIds && typeFacts(type)?.toIds === true,
            ...(facts.categories?.[0] === undefined ? {} : { category: facts.categories[0] }),
          }),
        );
      });
      return object(template, label, members);
    });
    return event(`template ${template.name}`, { Object: objects });
  });
}

/** An event with everything around attributes: galaxies, reports, sightings, notes, opinions, references, markings. */
export function richEvent(): Json {
  const cluster = {
    uuid: uuidOf('cluster'),
    value: 'APT 28',
    type: 'threat-actor',
    tag_name: 'misp-galaxy:threat-actor="APT 28"',
    description: 'A cluster',
    meta: { synonyms: ['Fancy', 'APT 28'], country: ['RU'], refs: ['https://r.example/1'] },
  };
  const galaxy = { uuid: uuidOf('galaxy'), name: 'Threat Actor', type: 'threat-actor', description: 'Actors' };
  const entry = (name: string, fields: Json): Json => ({
    uuid: uuidOf(name),
    authors: 'analyst@example.org',
    created: '2024-01-01 00:00:00',
    modified: '2024-01-01 00:00:01',
    ...fields,
  });
  const address = attribute('rich address', 'ip-dst', {
    value: '203.0.113.5',
    comment: 'seen',
    first_seen: '2024-01-01T00:00:00.000000+00:00',
    last_seen: '2024-01-02T03:04:05.678901+00:00',
    Tag: [{ name: 'tlp:amber' }, { name: 'x:y="z"' }, { name: cluster.tag_name }],
    Galaxy: [{ ...galaxy, GalaxyCluster: [cluster] }],
    Sighting: ['0', '1', '2'].map((type) => ({
      uuid: uuidOf(`sighting ${type}`),
      type,
      source: type === '0' ? 'honeypot' : '',
      date_sighting: `170000010${type}`,
      Organisation: { uuid: uuidOf('other organisation'), name: 'Beta' },
    })),
    Note: [
      entry('note', {
        note: 'on the address',
        language: 'fr',
        Note: [entry('answer', { note: 'an answer', language: 'en' })],
      }),
    ],
    Opinion: [entry('opinion', { opinion: '70', comment: 'likely' })],
  });
  const domain = attribute('rich domain', 'domain', { to_ids: false, comment: 'without detection' });
  const file = {
    name: 'file',
    uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    version: 24,
    'meta-category': 'file',
    description: '',
    attributes: {},
  };
  const member = (relation: string, type: string, fields: Json = {}) =>
    attribute(`rich ${relation}`, type, { object_relation: relation, ...fields });
  const target = object(file, 'rich target', [member('sha1', 'sha1', { Tag: [{ name: 'tlp:green' }] })]);
  const source = {
    ...object(file, 'rich source', [member('filename', 'filename'), member('text', 'text', { to_ids: false })]),
    ObjectReference: [
      {
        uuid: uuidOf('reference 1'),
        referenced_uuid: domain.uuid,
        relationship_type: 'connects-to',
        comment: 'why',
        timestamp: TIMESTAMP,
      },
      {
        uuid: uuidOf('reference 2'),
        referenced_uuid: target.uuid,
        relationship_type: 'drops',
        comment: '',
        timestamp: TIMESTAMP,
      },
    ],
  };
  return event('rich', {
    published: true,
    publish_timestamp: '1700001000',
    Tag: [{ name: 'tlp:white' }, { name: 'misp:confidence-level="usually-confident"' }, { name: 'own tag' }],
    EventReport: [
      { uuid: uuidOf('report 1'), name: 'Report', content: `see @[attribute](${address.uuid})`, timestamp: TIMESTAMP },
      { uuid: uuidOf('report 2'), name: 'Plain', content: 'nothing else', timestamp: TIMESTAMP },
    ],
    Note: [entry('event note', { note: 'on the event', language: 'en' })],
    Attribute: [address, domain],
    Object: [source, target],
  });
}
