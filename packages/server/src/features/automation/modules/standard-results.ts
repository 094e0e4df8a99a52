import { readUuid } from '@magpie/model';
import { isObject, type JsonObject, readElements, readInteger } from '../../../http/lenient.ts';
import { readTagDrafts } from '../../intelligence/events/tag-drafts.ts';
import type { Rejection } from '../../intelligence/events/write-context.ts';
import { type ClusterName, MAX_ATTRIBUTES, type Review, type ReviewOptions } from './review.ts';
import { scalarText } from './simplified-results.ts';

const ATTRIBUTE_KEYS = ['type', 'category', 'to_ids', 'uuid', 'first_seen', 'last_seen', 'disable_correlation'];
const FILE_KEYS = ['data', 'encrypt'];
const OBJECT_KEYS = ['name', 'meta-category', 'description', 'template_uuid', 'template_version', 'uuid'];
const SEEN_KEYS = ['first_seen', 'last_seen'];
const MAX_REPORTS = 100;
const MAX_REPORT_LENGTH = 5_000_000;
const MAX_TAGS = 500;
const MAX_REFERENCES = 20_000;

/**
 * Results of the format `misp_standard`. Of every element only what it says of itself is taken: ids, events, times,
 * sharing groups and what others have said about it do not come from modules.
 */
export function readStandard(results: JsonObject, options: ReviewOptions): Review {
  const rejected: Rejection[] = [];
  const budget: Budget = { attributes: MAX_ATTRIBUTES, references: MAX_REFERENCES, rejected };
  const attributes = readElements(results.Attribute).flatMap((entry, index) =>
    readAttributeEntry(entry, `Attribute[${index}]`, options, budget),
  );
  const objects = readElements(results.Object).flatMap((entry, index) =>
    readObjectEntry(entry, `Object[${index}]`, options, budget),
  );
  if (budget.attributes < 0) {
    rejected.push({ path: 'results', reason: `More than ${MAX_ATTRIBUTES} attributes; the rest was left out.` });
  }
  return {
    attributes,
    objects,
    reports: readReports(results.EventReport, options, rejected),
    tags: tagsOf(results),
    clusters: clustersOf(results),
    rejected,
  };
}

interface Budget {
  attributes: number;
  references: number;
  readonly rejected: Rejection[];
}

function readAttributeEntry(entry: unknown, path: string, options: ReviewOptions, budget: Budget): JsonObject[] {
  if (!isObject(entry)) {
    budget.rejected.push({ path, reason: 'Expected an object.' });
    return [];
  }
  const value = scalarText(entry.value);
  if (value === null) {
    budget.rejected.push({ path, reason: 'Expected a value.' });
    return [];
  }
  budget.attributes -= 1;
  if (budget.attributes < 0) return [];
  const tags = tagsOf(entry);
  const relation = entry.object_relation;
  return [
    {
      ...pick(entry, [...ATTRIBUTE_KEYS, ...FILE_KEYS]),
      ...(typeof relation === 'string' && relation !== '' ? { object_relation: relation } : {}),
      value,
      comment: commentOf(entry, options),
      distribution: reachOf(entry, options),
      ...(tags.length > 0 ? { Tag: tags } : {}),
    },
  ];
}

function readObjectEntry(entry: unknown, path: string, options: ReviewOptions, budget: Budget): JsonObject[] {
  if (!isObject(entry)) {
    budget.rejected.push({ path, reason: 'Expected an object.' });
    return [];
  }
  const members = readElements(entry.Attribute).flatMap((member, index) =>
    readAttributeEntry(member, `${path}.Attribute[${index}]`, { ...options, comment: '' }, budget),
  );
  if (members.length === 0) {
    budget.rejected.push({ path, reason: 'An object without attributes.' });
    return [];
  }
  const references = readElements(entry.ObjectReference).flatMap((reference) => readReference(reference, budget));
  return [
    {
      ...pick(entry, [...OBJECT_KEYS, ...SEEN_KEYS]),
      comment: commentOf(entry, options),
      distribution: reachOf(entry, options),
      Attribute: members,
      ...(references.length > 0 ? { ObjectReference: references } : {}),
    },
  ];
}

function readReference(entry: unknown, budget: Budget): JsonObject[] {
  if (!isObject(entry) || readUuid(entry.referenced_uuid) === null) return [];
  budget.references -= 1;
  if (budget.references < 0) return [];
  const { referenced_uuid, relationship_type, comment } = entry;
  return [
    {
      referenced_uuid,
      relationship_type: typeof relationship_type === 'string' ? relationship_type : 'related-to',
      ...(typeof comment === 'string' ? { comment } : {}),
    },
  ];
}

function readReports(value: unknown, options: ReviewOptions, rejected: Rejection[]): JsonObject[] {
  return readElements(value).flatMap((entry, index) => {
    const path = `EventReport[${index}]`;
    if (!isObject(entry) || typeof entry.name !== 'string' || typeof entry.content !== 'string') {
      rejected.push({ path, reason: 'Expected a report with name and content.' });
      return [];
    }
    if (index >= MAX_REPORTS || entry.content.length > MAX_REPORT_LENGTH) {
      rejected.push({ path, reason: 'Too long a report, or too many reports.' });
      return [];
    }
    const tags = tagsOf(entry);
    return [
      {
        ...pick(entry, ['uuid']),
        name: entry.name,
        content: entry.content,
        distribution: reachOf(entry, options),
        ...(tags.length > 0 ? { Tag: tags } : {}),
      },
    ];
  });
}

function tagsOf(entry: JsonObject): JsonObject[] {
  return readTagDrafts({ Tag: entry.Tag })
    .filter(({ deleted }) => !deleted)
    .slice(0, MAX_TAGS)
    .map(({ name, colour, local, relationshipType }) => ({
      name,
      ...(colour === null ? {} : { colour }),
      ...(local ? { local } : {}),
      ...(relationshipType === '' ? {} : { relationship_type: relationshipType }),
    }));
}

function clustersOf(results: JsonObject): ClusterName[] {
  return readElements(results.Galaxy)
    .flatMap((galaxy) => (isObject(galaxy) ? readElements(galaxy.GalaxyCluster) : []))
    .slice(0, MAX_TAGS)
    .flatMap((cluster) => {
      if (!isObject(cluster)) return [];
      return { uuid: readUuid(cluster.uuid), tagName: typeof cluster.tag_name === 'string' ? cluster.tag_name : null };
    });
}

function commentOf(entry: JsonObject, { comment }: ReviewOptions): string {
  return typeof entry.comment === 'string' && entry.comment !== '' ? entry.comment : comment;
}

/** A module knows no sharing group of ours. */
function reachOf(entry: JsonObject, { distribution }: ReviewOptions): number {
  const wished = readInteger(entry.distribution);
  return wished !== null && wished >= 0 && wished <= 5 && wished !== 4 ? wished : distribution;
}

function pick(entry: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) =>
      Object.hasOwn(entry, key) && entry[key] !== undefined && entry[key] !== null ? [[key, entry[key]]] : [],
    ),
  );
}
