import { flag, type Json, text } from '../../stix2/json.ts';
import { secondsOf } from '../../stix2/times.ts';
import { indicatorTypeOf } from '../facts/indicator-types.ts';
import { type Cluster, clustersOf, emptyTtp, exploitTarget, targets, writeCluster } from './clusters.ts';
import type { EventOutput } from './event-output.ts';
import { identified, weaknessId } from './identifiers.ts';
import { confidenceOf, handling, tagNames } from './markings.ts';
import { type CyboxForm, cyboxForm, isFileHash } from './properties.ts';

/** Why an indicator has the confidence it has, when no tag says so: the words that other readers look for. */
const IDS_FLAG =
  "Derived from MISP's IDS flag. If an attribute is marked for IDS exports, the confidence will be high, otherwise none";

/** A timestamp of epoch seconds, as STIX 1 documents have it. */
export function stamp(value: unknown): string {
  return `${new Date(secondsOf(value) * 1000).toISOString().slice(0, 19)}+00:00`;
}

const journalTypes: ReadonlySet<string> = new Set(['comment', 'text', 'other']);

/** Writes an attribute that stands outside objects. Returns the word of its CybOX object's id, '' without one. */
export function writeAttribute(out: EventOutput, attribute: Json, producer: string): string {
  const type = text(attribute, 'type');
  const value = text(attribute, 'value');
  const category = text(attribute, 'category');
  if (journalTypes.has(type)) {
    journal(out, `Attribute (${category} - ${type}): ${value}`);
    return '';
  }
  if (type === 'target-machine') {
    const comment = text(attribute, 'comment');
    out.add('assets', { description: comment === '' ? value : `${value} (${comment})` });
    return '';
  }
  if (type.startsWith('target-') && victim(out, attribute)) return '';
  if (type === 'vulnerability' || type === 'weakness') {
    weakPoint(out, attribute);
    return '';
  }
  if (type === 'campaign-name') {
    campaign(out, attribute);
    return '';
  }
  return flag(attribute.to_ids) ? indicator(out, attribute, producer) : observable(out, attribute);
}

/** Adds an entry to the history of the incident. */
export function journal(out: EventOutput, value: string): void {
  out.add('history', { journal_entry: { value, time_precision: 'second' } });
}

function titleOf(attribute: Json): string {
  return `${text(attribute, 'category')}: ${text(attribute, 'value')} (MISP Attribute)`;
}

function indicator(out: EventOutput, attribute: Json, producer: string): string {
  const type = text(attribute, 'type');
  const uuid = text(attribute, 'uuid');
  const title = titleOf(attribute);
  const mechanism = testMechanism(type, text(attribute, 'value'));
  const form = mechanism === null ? cyboxForm(attribute) : null;
  out.add('indicators', {
    relationship: text(attribute, 'category'),
    indicator: writeIndicator(out, {
      uuid,
      title,
      description: text(attribute, 'comment') || title,
      timestamp: stamp(attribute.timestamp),
      type: indicatorTypeOf(type, isFileHash(type)),
      content: form === null ? {} : { observable: attributeObservable(out, uuid, form) },
      ...(mechanism === null ? {} : { mechanism }),
      producer,
      tags: tagNames([attribute]),
      clusters: clustersOf(attribute),
    }),
  });
  return wordOf(form);
}

function wordOf(form: CyboxForm | null): string {
  if (form === null) return '';
  return form.kind === 'object' ? form.id : (form.parts[0]?.id ?? '');
}

function observable(out: EventOutput, attribute: Json): string {
  const form = cyboxForm(attribute);
  out.add('observables', {
    relationship: text(attribute, 'category'),
    observable: attributeObservable(out, text(attribute, 'uuid'), form, text(attribute, 'comment')),
  });
  return wordOf(form);
}

/** Rules are tests in STIX; nothing is observed. */
function testMechanism(type: string, value: string): Json | null {
  const rule = { value: { value, encoded: true } };
  if (type === 'yara') return { rule, 'xsi:type': 'yaraTM:YaraTestMechanismType' };
  return type === 'snort' ? { rules: [rule], 'xsi:type': 'snortTM:SnortTestMechanismType' } : null;
}

function attributeObservable(out: EventOutput, uuid: string, form: CyboxForm, description = ''): Json {
  const described = description === '' ? {} : { description };
  if (form.kind === 'several') {
    return {
      id: out.id('ObservableComposition', uuid),
      ...described,
      observable_composition: {
        observables: form.parts.map((part) => ({
          id: out.id('Observable', part.uuid),
          object: { id: out.id(part.id, uuid), properties: part.properties },
        })),
        operator: 'AND',
      },
    };
  }
  const { id, title, file, properties } = form;
  const object: Json = { id: out.id(id, uuid), properties };
  if (file !== undefined) {
    const reference = out.id('File', uuid);
    object.properties = { attachments: [{ object_reference: reference }], ...properties };
    object.related_objects = [containedFile(reference, file)];
  }
  return { id: out.id('Observable', uuid), ...(title === undefined ? {} : { title }), ...described, object };
}

/** A file that a mail contains. */
export function containedFile(id: string, properties: Json): Json {
  return {
    id,
    properties,
    relationship: { value: 'Contains', 'xsi:type': 'cyboxVocabs:ObjectRelationshipVocab-1.1' },
  };
}

/** What an indicator is made of. */
export interface IndicatorParts {
  readonly uuid: string;
  readonly title: string;
  readonly description: string;
  readonly timestamp: string;
  readonly type: string;
  readonly content: Json;
  readonly mechanism?: Json;
  readonly producer: string;
  readonly tags: readonly string[];
  readonly clusters: readonly Cluster[];
}

/** An indicator in the JSON form, with the clusters of its element written into the package. */
export function writeIndicator(out: EventOutput, parts: IndicatorParts): Json {
  const { timestamp } = parts;
  const ttps: Json[] = [];
  const coas: Json[] = [];
  for (const cluster of parts.clusters) {
    addCluster(out, cluster, timestamp);
    const { galaxy: relationship, uuid, kind } = cluster;
    if (kind === 'course-of-action') {
      const idref = out.id('CourseOfAction', uuid);
      coas.push({ relationship, course_of_action: { idref, related_coas: {}, related_packages: {} } });
    } else if (kind === 'threat-actor') {
      // Indicators have no place for actors; who stands behind one stands behind the incident.
      if (out.hasIncident && out.isNew(`event ${uuid}`)) attributeActor(out, cluster);
    } else {
      ttps.push({ relationship, ttp: emptyTtp({ idref: out.id('TTP', uuid) }) });
    }
  }
  const confidence = confidenceOf(parts.tags);
  return {
    id: out.id('Indicator', parts.uuid),
    title: parts.title,
    ...(parts.description === '' ? {} : { description: parts.description }),
    timestamp,
    ...parts.content,
    indicator_types: [{ value: parts.type, 'xsi:type': 'stixVocabs:IndicatorTypeVocab-1.1' }],
    ...(parts.mechanism === undefined ? {} : { test_mechanisms: [parts.mechanism] }),
    suggested_coas: coas.length === 0 ? {} : { suggested_coas: coas },
    sightings: {},
    kill_chain_phases: {},
    related_indicators: {},
    related_campaigns: {},
    related_packages: {},
    producer: { identity: { name: parts.producer } },
    valid_time_positions: [{}],
    ...(ttps.length === 0 ? {} : { indicated_ttps: ttps }),
    ...handling(parts.tags),
    confidence: {
      timestamp,
      timestamp_precision: 'second',
      value: confidence ?? 'High',
      ...(confidence === null ? { description: IDS_FLAG } : {}),
    },
  };
}

/** Says that an actor stands behind the incident. */
export function attributeActor(out: EventOutput, { galaxy: relationship, uuid }: Cluster): void {
  out.add('actors', {
    relationship,
    threat_actor: {
      idref: out.id('ThreatActor', uuid),
      observed_ttps: {},
      associated_campaigns: {},
      associated_actors: {},
      related_packages: {},
    },
  });
}

/** Writes a cluster into the package, once. */
export function addCluster(out: EventOutput, cluster: Cluster, timestamp: string): void {
  if (!out.isNew(cluster.uuid)) return;
  const json = writeCluster(cluster, (kind) => out.id(kind, cluster.uuid), timestamp);
  const { kind } = cluster;
  out.add(kind === 'threat-actor' ? 'threatActors' : kind === 'course-of-action' ? 'coas' : 'ttps', json);
}

function weakPoint(out: EventOutput, attribute: Json): void {
  const uuid = text(attribute, 'uuid');
  const value = text(attribute, 'value');
  const timestamp = stamp(attribute.timestamp);
  const isWeakness = text(attribute, 'type') === 'weakness';
  const comment = text(attribute, 'comment');
  const target = exploitTarget({
    id: out.id('ExploitTarget', uuid),
    title: `${isWeakness ? 'Weakness' : 'Vulnerability'} ${value}`,
    ...(comment === '' ? {} : { description: comment }),
    timestamp,
    ...(isWeakness ? { weaknesses: [weaknessId(value)] } : { vulnerabilities: [identified(value)] }),
  });
  out.add('ttps', {
    ...emptyTtp({ id: out.id('TTP', uuid), title: titleOf(attribute), timestamp }),
    exploit_targets: targets(target),
    ...handling(tagNames([attribute])),
  });
  leverage(out, isWeakness ? 'weakness' : 'vulnerability', uuid, timestamp);
}

/** Notes a TTP as one of those that the incident leveraged. */
export function leverage(out: EventOutput, relationship: string, uuid: string, timestamp?: string): void {
  const ttp = emptyTtp({ idref: out.id('TTP', uuid), ...(timestamp === undefined ? {} : { timestamp }) });
  out.add('leveragedTtps', { relationship, ttp });
}

function campaign(out: EventOutput, attribute: Json): void {
  const comment = text(attribute, 'comment');
  out.add('campaigns', {
    id: out.id('Campaign', text(attribute, 'uuid')),
    title: titleOf(attribute),
    ...(comment === '' ? {} : { description: comment }),
    timestamp: stamp(attribute.timestamp),
    related_ttps: {},
    related_incidents: {},
    related_indicators: {},
    related_packages: {},
    names: { names: [text(attribute, 'value')] },
    ...handling(tagNames([attribute])),
  });
}

const specifications: Readonly<Record<string, (value: string) => Json>> = {
  'target-user': (value) => ({ party_name: { person_names: [{ name_elements: [{ value }] }] } }),
  'target-email': (value) => ({ electronic_address_identifiers: [{ value }] }),
  'target-org': (value) => ({ party_name: { organisation_names: [{ name_elements: [{ value }] }] } }),
  'target-location': (value) => ({ addresses: [{ free_text_address: { address_lines: [value] } }] }),
  'target-external': (value) => ({ party_name: { name_lines: [{ value: `External target: ${value}` }] } }),
};

/** Writes who was aimed at (CIQ 3.0); false for a type that tells of nobody. */
function victim(out: EventOutput, attribute: Json): boolean {
  const specify = specifications[text(attribute, 'type')];
  if (specify === undefined) return false;
  out.add('victims', {
    id: out.id('Identity', text(attribute, 'uuid')),
    name: titleOf(attribute),
    'xsi:type': 'stix-ciqidentity:CIQIdentity3.0InstanceType',
    specification: specify(text(attribute, 'value')),
  });
  return true;
}
