import { attributeTypes, normaliseValue, typeFacts, validateAttributeValue } from '@magpie/model';
import { fc } from '@magpie/testkit/property';
import { fileData, fileTypes, sampleValue } from './samples.ts';

type Json = Record<string, unknown>;

const NOW = 1_700_000_000;

/** Text that an instance can store: no NUL, no halves of letters, nothing around it. */
const words = fc
  .array(
    fc.constantFrom(
      ...[
        'evil',
        'x',
        "it's",
        '"q"',
        '\\',
        ';',
        ',',
        '%',
        '<b>',
        '&amp;',
        '威胁',
        'サイバー',
        '위협',
        'مرحبا',
        '🦜',
        'é',
      ],
      ...['line\nbreak', 'tab\there', '=1+1', '[a:b = 1]', 'tlp:red', '@[tag](x)', '{}', '/*', '//', '|', '0'],
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(' '));
const anyText = fc.oneof(
  words,
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() === text && text !== '' && !/[\p{Cc}\ufffe\uffff]/u.test(text)),
);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/);
const host = fc.tuple(label, label).map(([a, b]) => `${a}.${b}.example`);

/** Shapes of values; a type takes those whose examples it accepts. */
const shapes: readonly fc.Arbitrary<string>[] = [
  anyText,
  ...[32, 40, 56, 62, 64, 70, 96, 128].map(hex),
  fc.ipV4(),
  fc.ipV6(),
  host,
  fc.tuple(host, anyText).map(([name, path]) => `https://${name}/${encodeURIComponent(path)}?a='b'`),
  fc.tuple(label, host).map(([name, at]) => `${name}@${at}`),
  fc.nat({ max: 65_535 }).map(String),
  fc.uuid({ version: 4 }),
];

const examples = shapes.map((shape) => fc.sample(shape, { seed: 7, numRuns: 6 }));

function shapeOf(type: string): fc.Arbitrary<string> {
  const taken = shapes.filter((_shape, index) =>
    examples[index]?.every((value) => validateAttributeValue(type, value, NOW).ok),
  );
  const known = fc.constantFrom(sampleValue(type), sampleValue(type, 1));
  return taken.length === 0 ? known : fc.oneof(known, ...taken);
}

function valuesOf(type: string): fc.Arbitrary<string> {
  const [first, second] = type.split('|');
  const whole =
    second === undefined || first === undefined
      ? shapeOf(type)
      : fc.oneof(
          fc.constant(sampleValue(type)),
          fc
            .tuple(shapeOf(first), shapeOf(second))
            .map(([a, b]) => `${a.replaceAll('|', '')}|${b.replaceAll('|', '')}`),
        );
  return whole
    .map((value) => normaliseValue(type, value, NOW))
    .map((value) => (validateAttributeValue(type, value, NOW).ok ? value : sampleValue(type)));
}

const values = new Map(attributeTypes.map((type) => [type, valuesOf(type)]));

// Smaller counterexamples are not to have the same uuid twice.
const uuid = fc.noShrink(fc.uuid({ version: 4 }));
const seconds = fc.integer({ min: 1_000_000_000, max: NOW }).map(String);
const flag = fc.boolean();
/** To the microsecond, as MISP has them. */
const seen = fc
  .tuple(
    // Before 1970 and after 2038, too.
    fc.oneof(fc.integer({ min: 1_000_000_000, max: NOW }), fc.integer({ min: -2_208_988_800, max: 4_102_444_800 })),
    fc.constantFrom('000000', '500000', '000001', '123456', '999999'),
  )
  .map(([time, part]) => new Date(time * 1000).toISOString().replace('000Z', `${part}+00:00`));

/** When something was seen: the end is not before the beginning, no instance stores it otherwise. */
const seenParts = fc
  .tuple(fc.option(seen, { nil: null }), fc.option(seen, { nil: null }))
  .map(([one, other]) =>
    one !== null && other !== null && other < one
      ? { first_seen: other, last_seen: one }
      : { first_seen: one, last_seen: other },
  );
/** A few are deleted: what is gone stays gone. */
const deleted = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);

const tagName = fc.constantFrom(
  ...['tlp:white', 'tlp:clear', 'tlp:green', 'tlp:amber', 'tlp:amber+strict', 'tlp:red', 'own tag', 'a:b="c"'],
  ...[
    'misp:confidence-level="usually-confident"',
    'misp:confidence-level="rarely-confident"',
    '威胁',
    'x:y="z=\\"q\\""',
  ],
  ...['misp-galaxy:threat-actor="Nobody knows"', 'PAP:RED', 'osint:lifetime="perpetual"'],
);
const tags = fc.uniqueArray(tagName, { maxLength: 3 }).map((names) => names.map((name) => ({ name })));

const galaxyTypes = [
  'threat-actor',
  'mitre-attack-pattern',
  'malpedia',
  'tool',
  'sector',
  'country',
  'target-information',
];
const clusters = fc.uniqueArray(
  fc.oneof(
    fc.record({
      type: fc.constantFrom(...galaxyTypes, 'own-galaxy'),
      uuid,
      galaxyUuid: uuid,
      value: words,
      description: anyText,
    }),
    // The same cluster hangs on several things.
    fc.constantFrom(
      ...['threat-actor', 'tool', 'sector', 'own-galaxy'].map((type, index) => ({
        type,
        uuid: `b51a5c1e-0000-4000-8000-00000000000${index}`,
        galaxyUuid: `b51a5c1e-0000-4000-8000-00000000001${index}`,
        value: `Shared ${type}`,
        description: 'On many things',
      })),
    ),
  ),
  { maxLength: 2, selector: ({ type }) => type },
);

/** A galaxy block for each cluster, and its tag as MISP has it beside. */
function withClusters(element: Json, chosen: readonly Json[]): Json {
  if (chosen.length === 0) return element;
  const named = chosen.map((one) => ({ ...one, tag_name: `misp-galaxy:${one.type}="${one.value}"` }));
  const own = Array.isArray(element.Tag) ? element.Tag : [];
  return {
    ...element,
    Tag: [...own, ...named.map(({ tag_name: name }) => ({ name }))],
    Galaxy: named.map(({ galaxyUuid, ...cluster }: Json) => ({
      uuid: galaxyUuid,
      name: `Galaxy ${cluster.type}`,
      type: cluster.type,
      description: 'A galaxy',
      GalaxyCluster: [{ ...cluster, meta: { synonyms: ['Other name'], refs: ['https://r.example/1'] } }],
    })),
  };
}

const entry = {
  uuid,
  authors: fc.constantFrom('analyst@example.org', 'a, b'),
  created: fc.constant('2024-01-01 00:00:00'),
  modified: fc.constant('2024-01-01 00:00:01'),
};
const language = fc.constantFrom('en', 'fr', 'de');
const bareOpinion = {
  ...entry,
  opinion: fc.nat({ max: 100 }).map(String),
  comment: fc.oneof(fc.constant(''), anyText),
};
const bareNote = { ...entry, note: anyText, language };
/** Entries about entries, three deep. */
const reply = fc.record({ ...bareOpinion, Note: fc.array(fc.record(bareNote), { maxLength: 1 }) });
const opinion = fc.record({ ...bareOpinion, Opinion: fc.array(reply, { maxLength: 1 }) });
const note = fc.record({
  ...bareNote,
  Opinion: fc.array(opinion, { maxLength: 1 }),
  Note: fc.array(fc.record(bareNote), { maxLength: 1 }),
});
const analystData = {
  Note: fc.array(note, { maxLength: 2 }),
  Opinion: fc.array(opinion, { maxLength: 1 }),
};
const sighting = fc.record({
  uuid,
  type: fc.constantFrom('0', '1', '2'),
  source: fc.constantFrom('', 'honeypot', '威胁'),
  date_sighting: seconds,
  Organisation: fc.constant({ uuid: '6f1e2f52-3c0c-4c1c-8f16-6f0d3c5d7a11', name: 'Beta' }),
});

function attributeOf(type: string, relation?: string): fc.Arbitrary<Json> {
  const parts = {
    uuid,
    value: values.get(type) ?? anyText,
    to_ids: flag,
    comment: fc.oneof(fc.constant(''), anyText),
    timestamp: seconds,
    deleted,
    disable_correlation: flag,
    Tag: tags,
    Sighting: fc.array(sighting, { maxLength: 2 }),
    ...analystData,
  };
  return fc.tuple(fc.record(parts), clusters, seenParts).map(([attribute, chosen, times]) => {
    const whole = {
      ...attribute,
      ...times,
      type,
      category: typeFacts(type)?.defaultCategory ?? 'Other',
      ...(fileTypes.has(type) ? { data: fileData } : {}),
      ...(relation === undefined ? {} : { object_relation: relation }),
    };
    return withClusters(whole, chosen);
  });
}

const anyType = fc.constantFrom(...attributeTypes);

/** A template of objects, as far as an event needs it. */
export interface ObjectTemplate {
  readonly name: string;
  readonly uuid: string;
  readonly version: number;
  readonly 'meta-category': string;
  readonly description: string;
  readonly attributes: Readonly<Record<string, { 'misp-attribute': string }>>;
}

function objectOf(template: ObjectTemplate): fc.Arbitrary<Json> {
  const relations = Object.entries(template.attributes);
  const member = fc
    .constantFrom(...relations)
    .chain(([relation, facts]) => attributeOf(facts['misp-attribute'], relation));
  const parts = {
    uuid,
    timestamp: seconds,
    comment: fc.oneof(fc.constant(''), anyText),
    deleted,
    Attribute: fc.array(member, { minLength: 1, maxLength: 5 }),
    ...analystData,
  };
  return fc.tuple(fc.record(parts), seenParts).map(([object, times]) => ({
    ...object,
    ...times,
    name: template.name,
    'meta-category': template['meta-category'],
    description: template.description,
    template_uuid: template.uuid,
    template_version: String(template.version),
    distribution: '5',
    ObjectReference: [],
  }));
}

const relationWord = fc.constantFrom('related-to', 'includes', 'connected-to', 'drops', 'analysed-with', 'own-word');

/**
 * Events that hold everything STIX 2.1 has a place for: attributes of any type, objects of any of the templates with
 * references, tags, clusters, reports, sightings, and what analysts say.
 */
export function arbitraryEvent(templates: readonly ObjectTemplate[]): fc.Arbitrary<Json> {
  const parts = {
    uuid,
    info: anyText,
    date: fc.constantFrom('2024-02-29', '1999-12-31', '1969-12-31', '2099-01-01'),
    threat_level_id: fc.constantFrom('1', '2', '3', '4'),
    analysis: fc.constantFrom('0', '1', '2'),
    extends_uuid: fc.oneof(fc.constant(''), uuid),
    disable_correlation: flag,
    published: flag,
    timestamp: seconds,
    publish_timestamp: seconds,
    Tag: tags,
    Attribute: fc.array(
      anyType.chain((type) => attributeOf(type)),
      { maxLength: 6 },
    ),
    Object: fc.array(fc.constantFrom(...templates).chain(objectOf), { maxLength: 3 }),
    EventReport: fc.array(
      fc.record({ uuid, name: anyText, content: fc.oneof(fc.constant(''), anyText), timestamp: seconds, deleted }),
      { maxLength: 2 },
    ),
    ...analystData,
  };
  const links = fc.array(
    fc.record({
      ...{ uuid, from: fc.nat(), to: fc.nat(), relationship_type: relationWord, deleted },
      comment: fc.oneof(fc.constant(''), anyText),
    }),
    { maxLength: 4 },
  );
  const relations = fc.array(fc.record({ ...entry, from: fc.nat(), to: fc.nat(), relationship_type: relationWord }), {
    maxLength: 2,
  });
  return fc.tuple(fc.record(parts), clusters, links, relations).map(([event, chosen, wanted, related]) => {
    const organisation = { uuid: '5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a00', name: 'Alpha CERT' };
    const whole = withClusters({ ...event, Org: organisation, Orgc: organisation, distribution: '1' }, chosen);
    const named = withNames(whole, event.EventReport, event.Attribute);
    return withRelationships(withReferences(named, event.Object, event.Attribute, wanted), related);
  });
}

/** Reports name the attributes of their event. */
function withNames(event: Json, reports: readonly Json[], attributes: readonly Json[]): Json {
  const named = reports.map((report, index) => {
    const uuid = attributes[index]?.uuid;
    return uuid === undefined ? report : { ...report, content: `${report.content}@[attribute](${uuid})` };
  });
  return { ...event, EventReport: named };
}

interface Relation {
  readonly from: number;
  readonly to: number;
  readonly [key: string]: unknown;
}

/** What analysts relate: attributes and objects, of those that are not deleted. */
function withRelationships(event: Json, relations: readonly Relation[]): Json {
  const live = (key: string) => (Array.isArray(event[key]) ? event[key].filter((one) => one.deleted !== true) : []);
  const ends: Json[] = [...live('Attribute'), ...live('Object')];
  if (ends.length < 2) return event;
  const held = new Map<unknown, Json[]>();
  for (const { from, to, ...relation } of relations) {
    const source = ends[from % ends.length];
    const target = ends[to % ends.length];
    if (source === undefined || target === undefined || source === target) continue;
    const kind = Array.isArray(target.Attribute) ? 'Object' : 'Attribute';
    const whole = { ...relation, related_object_uuid: target.uuid, related_object_type: kind };
    held.set(source.uuid, [...(held.get(source.uuid) ?? []), whole]);
  }
  const put = (key: string) =>
    (Array.isArray(event[key]) ? event[key] : []).map((one: Json) =>
      held.has(one.uuid) ? { ...one, Relationship: held.get(one.uuid) } : one,
    );
  return { ...event, Attribute: put('Attribute'), Object: put('Object') };
}

interface Link {
  readonly uuid: string;
  readonly from: number;
  readonly to: number;
  readonly relationship_type: string;
  readonly comment: string;
  readonly deleted: boolean;
}

/** References from objects to other objects and to attributes. */
function withReferences(
  event: Json,
  objects: readonly Json[],
  attributes: readonly Json[],
  links: readonly Link[],
): Json {
  const members = objects.flatMap(({ Attribute: list, deleted: isGone }) =>
    Array.isArray(list) && !isGone ? list : [],
  );
  const ends = [...objects, ...attributes, ...members].filter((one) => one.deleted !== true);
  const held = objects.map((object, place) => ({
    ...object,
    ObjectReference: links.flatMap(({ from, to, ...reference }) => {
      const target = ends[to % Math.max(1, ends.length)];
      // An object does not refer to itself, nor to its own parts.
      if (from % objects.length !== place || target === undefined || target === object) return [];
      if (Array.isArray(object.Attribute) && object.Attribute.includes(target)) return [];
      return [{ ...reference, referenced_uuid: target.uuid, timestamp: '1700000000' }];
    }),
  }));
  return { ...event, Object: held };
}
