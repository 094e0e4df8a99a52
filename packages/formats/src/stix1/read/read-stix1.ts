import { isJson, type Json } from '../../stix2/json.ts';
import { type NotTaken, StixRefused } from '../../stix2/read/bundle.ts';
import { tagsOf } from '../../stix2/read/labels.ts';
import type { ReadOptions } from '../../stix2/read/reading.ts';
import { uuid5In } from '../ids.ts';
import { nameOf, namesOfTtp } from './clusters.ts';
import { readMarkings } from './markings.ts';
import { PackageReader } from './package-reader.ts';
import { contentOf, readReport, reportsOf, titleOfReport } from './reports.ts';
import { Stix1Reading, timestampOf } from './stix1-reading.ts';
import { jsonAt, objectsOf, plainText, textAt, uuidOf } from './tree.ts';

/** What a STIX 1 document became. */
export interface Stix1Result {
  /** In MISP's JSON, as `events/add` takes it. */
  readonly event: Json;
  readonly version: string;
  /** MISP or one of its converters wrote the document. */
  readonly isOwn: boolean;
  readonly notTaken: readonly NotTaken[];
}

/** No document has more packages in packages. */
const MOST_PACKAGES = 10_000;

/**
 * Reads a STIX 1.x document, parsed from XML or in python-stix's JSON form, as one MISP event: MISP's own back to what
 * it was made from, those of other producers by CybOX object. Throws `StixRefused` where it is none.
 */
export function readStix1(document: unknown, options: ReadOptions): Stix1Result {
  const outer = packageIn(document);
  const packages = packagesOf(outer);
  const title = textAt(outer, 'stix_header', 'title');
  const from = title.indexOf('Export from ');
  const isOwn = from >= 0 && title.includes('MISP', from);
  const reading = new Stix1Reading(outer, options, isOwn);
  const reader = new PackageReader(reading, isOwn);
  const reports = packages.flatMap(reportsOf);
  const holders = [...packages, ...reports.map(contentOf)];
  for (const one of holders) reader.index(one);
  if (!isOwn) describe(reading, outer);
  for (const one of holders) reader.read(one);
  for (const report of reports) readReport(reading, report);
  // MISP's own incidents have no description; their ids are those of events.
  if (!isOwn) for (const { id: _id, ...incident } of reader.incidents) readReport(reading, { header: incident });
  reader.finish();
  return {
    event: eventOf(reading, reader, { packages, reports }, options),
    version: plainText(outer.version) || '1.1.1',
    isOwn,
    notTaken: reading.notTaken,
  };
}

/** What a producer says of a package as a whole, as misp-stix keeps it. */
function describe(reading: Stix1Reading, outer: Json): void {
  const value = textAt(outer, 'stix_header', 'description');
  const context = { uuid: null, category: 'Other', toIds: false, tags: [], timestamp: null };
  if (value !== '') reading.addValue({ type: 'text', value }, { ...context, comment: 'STIX Header Description' });
}

/** Whether a parsed document claims to be STIX 1. */
export function isStix1(document: unknown): boolean {
  if (!isJson(document)) return false;
  const json = isJson(document.package) ? document.package : document;
  return (
    json.type !== 'bundle' &&
    (isJson(json.stix_header) || /:?package-/i.test(plainText(json.id))) &&
    json.Event === undefined
  );
}

function packageIn(document: unknown): Json {
  if (!isStix1(document) || !isJson(document)) throw new StixRefused('The document is no STIX 1 package.');
  return isJson(document.package) ? document.package : document;
}

function packagesOf(outer: Json): Json[] {
  const found: Json[] = [];
  const queue = [outer];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    found.push(next);
    if (found.length > MOST_PACKAGES) throw new StixRefused(`The document has more than ${MOST_PACKAGES} packages.`);
    for (const related of objectsOf(next, 'related_packages', 'related_packages', 'related_package')) {
      for (const one of objectsOf(related, 'package')) queue.push(one);
    }
  }
  return found;
}

function eventOf(
  reading: Stix1Reading,
  reader: PackageReader,
  { packages, reports }: { packages: readonly Json[]; reports: readonly Json[] },
  options: ReadOptions,
): Json {
  const [outer = {}] = packages;
  const [report = {}] = reports;
  const markings = (one: Json, key: string) =>
    readMarkings(jsonAt(one, key), (reason) => reading.skip(plainText(one.id), reason));
  const incident = reader.incidents[0];
  const holder = incident ?? packages.find((one) => textAt(one, 'stix_header', 'title') !== '') ?? outer;
  const uuid = (incident === undefined ? null : uuidOf(incident.id)) ?? uuidOf(outer.id);
  const discovered = incident === undefined ? '' : textAt(incident, 'time', 'incident_discovery');
  const date = [discovered, plainText(outer.timestamp), plainText(report.timestamp)]
    .map((text) => /^\d{4}-\d\d-\d\d/.exec(text)?.[0])
    .find(Boolean);
  const timestamp = timestampOf(holder);
  const tags = [
    ...packages.flatMap((one) => markings(one, 'stix_header')),
    ...reports.flatMap((one) => markings(one, 'header')),
    ...reader.eventTags,
  ];
  const title = incident === undefined ? textAt(outer, 'stix_header', 'title') : plainText(incident.title);
  return {
    ...(uuid === null
      ? {
          uuid: uuid5In(
            '76beed5f-7251-457e-8c2a-b45f7b589d3d',
            plainText(outer.id) || JSON.stringify(reading.attributes),
          ),
        }
      : { uuid }),
    info: title || titleOfReport(report) || 'Imported from external STIX event',
    date: date ?? options.today,
    ...(timestamp === null ? {} : { timestamp }),
    threat_level_id: reader.threatLevel,
    analysis: incident === undefined ? '0' : analysisOf(incident),
    published: false,
    ...tagsOf(tags),
    Attribute: reading.attributes,
    Object: reading.objects,
    ...(reading.reports.length > 0 ? { EventReport: reading.reports } : {}),
  };
}

function analysisOf(incident: Json): string {
  const status = plainText(incident.status);
  return status === 'Closed' ? '2' : status === 'Open' ? '1' : '0';
}

/** Names in a document that clusters may be known by, in lower case. */
export function stix1ClusterNames(document: unknown): string[] {
  if (!isStix1(document) || !isJson(document)) return [];
  const packages = packagesOf(packageIn(document));
  const names = [...packages, ...packages.flatMap(reportsOf).map(contentOf)].flatMap((one) => [
    ...objectsOf(one, 'ttps', 'ttps', 'ttp').flatMap((ttp) => namesOfTtp(ttp).map(({ name }) => name)),
    ...objectsOf(one, 'threat_actors', 'threat_actor').map(nameOf),
    ...objectsOf(one, 'courses_of_action', 'course_of_action').map(nameOf),
  ]);
  return [...new Set(names.filter((name) => name !== '').map((name) => name.toLowerCase()))];
}

/** Templates of the objects that CybOX objects become. */
const fixedNames = [
  ...['asn', 'attack-pattern', 'course-of-action', 'credential', 'domain-ip', 'email', 'file', 'ip-port', 'mutex'],
  ...['network-connection', 'network-socket', 'pe', 'pe-section', 'process', 'registry-key', 'url', 'user-account'],
  ...['vulnerability', 'weakness', 'whois', 'windows-service', 'x509'],
];

/** Names of the object templates that a document may need. */
export function stix1ObjectNames(document: unknown): string[] {
  const named = new Set(fixedNames);
  const queue: unknown[] = [document];
  // Custom objects stand anywhere; documents are bounded in depth.
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (Array.isArray(next)) for (const item of next) queue.push(item);
    else if (isJson(next)) {
      const name = plainText(next.custom_name);
      if (name !== '' && name.length < 100) named.add(name);
      for (const value of Object.values(next)) if (typeof value === 'object' && value !== null) queue.push(value);
    }
  }
  return [...named];
}
