import { flag, type Json, objects, text } from '../../stix2/json.ts';
import { stixTime } from '../../stix2/times.ts';
import { indicatorTypeOfObject } from '../facts/indicator-types.ts';
import { clustersOf, emptyTtp, exploitTarget, targets } from './clusters.ts';
import type { EventOutput } from './event-output.ts';
import { identified, weaknessId } from './identifiers.ts';
import { handling, tagNames } from './markings.ts';
import { type Executable, membersOf, type ObjectForm, type ObservedPart, objectForm } from './object-form.ts';
import { containedFile, leverage, stamp, writeIndicator } from './write-attribute.ts';

/** The word of the id of an element's CybOX object; '' when it has none. */
export type WordOf = (uuid: string) => string;

/** Writes an object with what it refers to. Notes for each CybOX object the word of its id. */
export function writeObject(
  out: EventOutput,
  object: Json,
  producer: string,
  words: { readonly of: WordOf; readonly note: (uuid: string, word: string) => void },
  executable?: Executable,
): void {
  const name = text(object, 'name');
  // The file that an event was imported from is no intelligence.
  if (name === 'original-imported-file') return;
  if (writeTtpObject(out, object) || writeCourseOfAction(out, object)) return;
  const form = objectForm(object, executable);
  const all = executable === undefined ? [object] : [object, executable.pe, ...executable.sections];
  const members = all.flatMap(membersOf);
  const observable = objectObservable(
    out,
    object,
    form,
    words.of,
    executable === undefined || executable.pe === object ? '' : text(executable.pe, 'comment'),
  );
  const relationship = text(object, 'meta-category');
  if (!members.some(({ to_ids: toIds }) => flag(toIds))) {
    const comment = text(object, 'comment');
    const title = name === 'credential' ? { title: titleOf(object) } : {};
    const { id, ...rest } = observable;
    const described = comment === '' ? {} : { description: comment };
    out.add('observables', { relationship, observable: { id, ...title, ...described, ...rest } });
    return;
  }
  const title = titleOf(object);
  out.add('indicators', {
    relationship,
    indicator: writeIndicator(out, {
      uuid: text(object, 'uuid'),
      title,
      description: text(object, 'comment') || text(object, 'description'),
      timestamp: stamp(object.timestamp),
      type: indicatorTypeOfObject(name),
      content: { observable },
      producer,
      tags: tagNames(members),
      clusters: members.flatMap(clustersOf),
    }),
  });
}

/** Which CybOX objects an object will be, before it is written. */
export function noteWords(
  object: Json,
  executable: Executable | undefined,
  note: (uuid: string, word: string) => void,
) {
  if (text(object, 'name') === 'original-imported-file' || isTtpObject(object)) return;
  for (const part of objectForm(object, executable).parts) note(part.uuid, part.id);
}

function titleOf(object: Json): string {
  return `${text(object, 'meta-category')}: ${text(object, 'name')} (MISP Object)`;
}

function objectObservable(
  out: EventOutput,
  object: Json,
  form: ObjectForm,
  wordOf: WordOf,
  /** Of the executable that a file includes. */
  description: string,
): Json {
  const uuid = text(object, 'uuid');
  const related = objects(object, 'ObjectReference').flatMap((reference): Json[] => {
    const target = text(reference, 'referenced_uuid');
    const word = reference.deleted === true ? '' : wordOf(target);
    return word === ''
      ? []
      : [{ idref: out.id(word, target), relationship: relationshipOf(text(reference, 'relationship_type')) }];
  });
  const partJson = (part: ObservedPart): Json => {
    const files = (part.files ?? []).map((file) => containedFile(out.id('FileObject', file.uuid), file.properties));
    const described = part.uuid === uuid && description !== '' ? { description } : {};
    const relations = part.uuid === uuid ? [...files, ...related] : files;
    return {
      id: out.id('Observable', part.uuid),
      ...(part.title === undefined ? {} : { title: part.title }),
      object: {
        id: out.id(part.id, part.uuid),
        ...described,
        properties: withReferences(out, part.properties),
        ...(relations.length === 0 ? {} : { related_objects: relations }),
      },
    };
  };
  const [only] = form.parts;
  if (!form.isComposition && only !== undefined) return partJson(only);
  return {
    id: out.id(`${text(object, 'name')}_ObservableComposition`, uuid),
    observable_composition: { observables: form.parts.map(partJson), operator: 'AND' },
  };
}

/** CybOX's words for relationships (ObjectRelationshipVocab 1.1) where MISP has one that says the same. */
const relationships: ReadonlySet<string> = new Set([
  ...['Connected_From', 'Connected_To', 'Contained_Within', 'Contains', 'Created', 'Created_By', 'Deleted'],
  ...['Downloaded', 'Downloaded_By', 'Downloaded_From', 'Downloaded_To', 'Dropped', 'Dropped_By', 'Extracted_From'],
  ...['Installed', 'Installed_By', 'Redirects_To', 'Related_To', 'Resolved_To', 'Sent_By', 'Sent_To', 'Used_By'],
]);

function relationshipOf(type: string): unknown {
  const word = type.replaceAll(/(^|-)([a-z])/g, (_, dash, letter) => (dash === '' ? '' : '_') + letter.toUpperCase());
  if (!relationships.has(word)) return type;
  return { value: word, 'xsi:type': 'cyboxVocabs:ObjectRelationshipVocab-1.1' };
}

/** Attached files are named by ids, which have the prefix of the document. */
function withReferences(out: EventOutput, properties: Json): Json {
  const attached = objects(properties, 'attachments');
  if (attached.length === 0) return properties;
  return {
    ...properties,
    attachments: attached.map((file) => ({ object_reference: `${out.prefix}:${text(file, 'object_reference')}` })),
  };
}

const ttpTemplates: ReadonlySet<string> = new Set(['attack-pattern', 'vulnerability', 'weakness']);

function isTtpObject(object: Json): boolean {
  return ttpTemplates.has(text(object, 'name'));
}

/** Values of an object's members by relation. */
function valuesOf(object: Json): (relation: string) => string[] {
  const members = membersOf(object);
  return (relation) =>
    members.filter((member) => text(member, 'object_relation') === relation).map((member) => text(member, 'value'));
}

function writeTtpObject(out: EventOutput, object: Json): boolean {
  if (!isTtpObject(object)) return false;
  const name = text(object, 'name');
  const uuid = text(object, 'uuid');
  const timestamp = stamp(object.timestamp);
  const comment = text(object, 'comment');
  const described = comment === '' ? {} : { description: comment };
  const id = out.id('TTP', uuid);
  const content =
    name === 'attack-pattern'
      ? { ...emptyTtp({ id, title: titleOf(object), ...described, timestamp }), ...attackPattern(out, object) }
      : {
          ...emptyTtp({ id, title: titleOf(object), timestamp }),
          exploit_targets: targets(
            exploitTarget({
              id: out.id('ExploitTarget', uuid),
              ...described,
              timestamp,
              ...(name === 'weakness'
                ? { weaknesses: [weakness(object)] }
                : { vulnerabilities: [vulnerability(object)] }),
            }),
          ),
        };
  out.add('ttps', { ...content, ...handling(tagNames(membersOf(object))) });
  leverage(out, name, uuid, timestamp);
  return true;
}

function attackPattern(out: EventOutput, object: Json): Json {
  const values = valuesOf(object);
  const [number] = values('id');
  const [name] = values('name');
  // STIX 1.1.1 has room for one description alone.
  const texts = [
    ...values('summary'),
    ...['prerequisites', 'solutions'].flatMap((form) => values(form).map((value) => `${form}: ${value}`)),
  ];
  const capec = number === undefined || number.startsWith('CAPEC-') ? number : `CAPEC-${number}`;
  const isNumber = capec !== undefined && /^CAPEC-\d+$/.test(capec);
  if (capec !== undefined && !isNumber) texts.push(`id: ${number}`);
  const description = texts.join('\n\n');
  const weaknesses = membersOf(object).filter((member) => text(member, 'object_relation') === 'related-weakness');
  const timestamp = stamp(object.timestamp);
  return {
    ...(weaknesses.length === 0
      ? {}
      : {
          exploit_targets: {
            exploit_targets: weaknesses.map((member) => ({
              exploit_target: exploitTarget({
                id: out.id('ExploitTarget', text(member, 'uuid')),
                timestamp,
                weaknesses: [{ cwe_id: text(member, 'value') }],
              }),
            })),
          },
        }),
    behavior: {
      attack_patterns: [
        {
          id: out.id('AttackPattern', text(object, 'uuid')),
          ...(name === undefined ? {} : { title: name }),
          ...(description === '' ? {} : { description }),
          ...(isNumber ? { capec_id: capec } : {}),
        },
      ],
    },
  };
}

function vulnerability(object: Json): Json {
  const values = valuesOf(object);
  const [cve] = values('id');
  const [summary] = [...values('summary'), ...values('description')];
  const [score] = values('cvss-score');
  const references = values('references');
  return {
    ...(summary === undefined ? {} : { description: summary }),
    ...identified(cve),
    ...(score === undefined ? {} : { cvss_score: { overall_score: score } }),
    ...timed('discovered_datetime', values('created')[0]),
    ...timed('published_datetime', values('published')[0]),
    ...(references.length === 0 ? {} : { references }),
  };
}

function timed(key: string, value: string | undefined): Json {
  const time = value === undefined ? null : stixTime(value);
  return time === null ? {} : { [key]: time.replace('Z', '+00:00') };
}

function weakness(object: Json): Json {
  const values = valuesOf(object);
  const [cwe] = values('id');
  const [description] = values('description');
  return { ...(description === undefined ? {} : { description }), ...(cwe === undefined ? {} : weaknessId(cwe)) };
}

const stages = ['Remedy', 'Response', 'Further Analysis Required'];
const coaTypes = [
  ...['Perimeter Blocking', 'Internal Blocking', 'Redirection', 'Redirection (Honey Pot)', 'Hardening', 'Patching'],
  ...['Eradication', 'Rebuilding', 'Training', 'Monitoring', 'Physical Access Restrictions'],
  ...['Logical Access Restrictions', 'Public Disclosure', 'Diplomatic Actions', 'Policy Actions', 'Other'],
];
const levels = ['High', 'Medium', 'Low', 'None', 'Unknown'];

/** A measure, where its words are those of STIX (COAStageVocab, CourseOfActionTypeVocab, HighMediumLowVocab 1.0). */
function writeCourseOfAction(out: EventOutput, object: Json): boolean {
  if (text(object, 'name') !== 'course-of-action') return false;
  const values = valuesOf(object);
  const [name] = values('name');
  const known = (relation: string, words: readonly string[]) =>
    values(relation).every((value) => words.includes(value));
  const areWords = known('stage', stages) && known('type', coaTypes);
  if (name === undefined || !areWords || !['cost', 'impact', 'efficacy'].every((relation) => known(relation, levels))) {
    return false;
  }
  const uuid = text(object, 'uuid');
  const timestamp = stamp(object.timestamp);
  const id = out.id('CourseOfAction', uuid);
  const statement = (relation: string): Json => {
    const [value] = values(relation);
    return value === undefined ? {} : { [relation]: { timestamp, timestamp_precision: 'second', value } };
  };
  const [description] = values('description');
  const [objective] = values('objective');
  const word = (relation: string, vocabulary: string): Json => {
    const [value] = values(relation);
    return value === undefined ? {} : { [relation]: { value, 'xsi:type': `stixVocabs:${vocabulary}` } };
  };
  out.add('coas', {
    id,
    title: name,
    ...(description === undefined ? {} : { description }),
    timestamp,
    related_coas: {},
    related_packages: {},
    ...word('type', 'CourseOfActionTypeVocab-1.0'),
    ...(objective === undefined ? {} : { objective: { description: objective } }),
    ...word('stage', 'COAStageVocab-1.0'),
    ...statement('cost'),
    ...statement('impact'),
    ...statement('efficacy'),
    ...handling(tagNames(membersOf(object))),
  });
  out.add('coaTaken', { course_of_action: { idref: id, timestamp, related_coas: {}, related_packages: {} } });
  return true;
}
