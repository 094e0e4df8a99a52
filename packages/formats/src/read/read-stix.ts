import { typeFacts } from '@magpie/model';
import { parseStix1Xml } from '../stix1/read/parse-xml.ts';
import { isStix1, readStix1, stix1ClusterNames, stix1ObjectNames } from '../stix1/read/read-stix1.ts';
import { type NotTaken as LeftOut, StixRefused } from '../stix2/read/bundle.ts';
import type { TemplateFacts } from '../stix2/read/object-parts.ts';
import { clusterNames, objectNames, readStix2 } from '../stix2/read/read-stix2.ts';
import { parseJsonText } from './parse-json.ts';
import { DocumentRefused, type JsonObject, type NotTaken } from './reading.ts';

/** Names in a STIX document whose meaning depends on what the instance knows. */
export interface StixNames {
  readonly clusters: readonly string[];
  readonly templates: readonly string[];
}

/** What the instance knows of such names, and who reads. */
export interface StixKnowledge {
  /** Tags of clusters by name or synonym, in lower case. */
  readonly clusters: ReadonlyMap<string, readonly string[]>;
  readonly templates: ReadonlyMap<string, TemplateFacts>;
  readonly organisationUuid: string;
  /** YYYY-MM-DD, for events without a date of their own. */
  readonly today: string;
  /** Clusters become tags alone; otherwise galaxies with clusters as well. */
  readonly galaxiesAsTags: boolean;
}

/** A STIX document as one event in MISP's JSON. */
export interface StixDocument {
  readonly event: JsonObject;
  readonly version: string;
  /** Every element that has no place in the event, with the reason. */
  readonly notTaken: readonly NotTaken[];
}

/** Parses STIX of either version: XML, or JSON. Throws `DocumentRefused` for what is neither. */
export function parseStix(text: string): unknown {
  if (!text.trimStart().startsWith('<')) return parseJsonText(text);
  const { root, json } = refusing(() => parseStix1Xml(text));
  if (root !== 'stix_package') throw new DocumentRefused('The document is no STIX package.');
  // The root alone says so; a package without a header is one too.
  return { stix_header: {}, ...json };
}

/** The names to look up before a document is read. Throws `DocumentRefused`. */
export function stixNames(document: unknown): StixNames {
  return refusing(() =>
    isStix1(document)
      ? { clusters: stix1ClusterNames(document), templates: stix1ObjectNames(document) }
      : { clusters: clusterNames(document), templates: objectNames(document) },
  );
}

/** Reads a parsed document of either version. Throws `DocumentRefused` where it is no STIX. */
export function readStix(document: unknown, knowledge: StixKnowledge): StixDocument {
  const { organisationUuid, today, galaxiesAsTags } = knowledge;
  const read = isStix1(document) ? readStix1 : readStix2;
  const { event, version, notTaken } = refusing(() =>
    read(document, {
      galaxiesAsTags,
      organisationUuid,
      today,
      templates: (name) => knowledge.templates.get(name),
      knownClusters: knowledge.clusters,
      categoryOf: (type) => typeFacts(type)?.defaultCategory ?? null,
    }),
  );
  const left = notTaken.map(told);
  if (left.length === 0 && isEmpty(event)) {
    left.push({ path: 'document', reason: 'It holds nothing that MISP has a place for.' });
  }
  return { event, version, notTaken: left };
}

function isEmpty(event: JsonObject): boolean {
  return ['Attribute', 'Object', 'Tag', 'EventReport', 'Galaxy', 'Note', 'Opinion'].every((key) => {
    const list = event[key];
    return !Array.isArray(list) || list.length === 0;
  });
}

function told({ id, reason }: LeftOut): NotTaken {
  return { path: id, reason };
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof StixRefused) throw new DocumentRefused(cause.message, { cause });
    throw cause;
  }
}
