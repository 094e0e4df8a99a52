import type { Json } from '../../stix2/json.ts';
import { uuid5In } from '../ids.ts';
import type { Stix1Reading } from './stix1-reading.ts';
import { jsonAt, objectsOf, plainText, uuidOf } from './tree.ts';

/** What a report may hold or refer to, by the names of the JSON form and of XML (STIX 1.2, report:ReportType). */
const members = [
  ...(['observables/observables/observable', 'indicators/indicators/indicator', 'ttps/ttps/ttp'] as const),
  ...(['exploit_targets/exploit_targets/exploit_target', 'incidents/incidents/incident'] as const),
  ...(['courses_of_action/courses_of_action/course_of_action', 'campaigns/campaigns/campaign'] as const),
  'threat_actors/threat_actors/threat_actor',
].map((names) => names.split('/'));

/** The reports of a package that are not merely references to others. */
export function reportsOf(one: Json): Json[] {
  return objectsOf(one, 'reports', 'reports', 'report').filter(({ idref }) => plainText(idref) === '');
}

/** What a report holds itself, as a package: what it refers to stands elsewhere. */
export function contentOf(report: Json): Json {
  const content: Json = {};
  for (const [key = '', inJson = '', inXml = ''] of members) {
    const own = objectsOf(report, key, inJson, inXml).filter(({ idref }) => plainText(idref) === '');
    if (own.length > 0) content[key] = { [inXml]: own };
  }
  return content;
}

/** The title of a report. */
export function titleOfReport(report: Json): string {
  return plainText(jsonAt(report, 'header').title);
}

/** What a report says in words, as an event report; one that has but a title says nothing more. */
export function readReport(reading: Stix1Reading, report: Json): void {
  const header = jsonAt(report, 'header');
  const content = plainText(header.description) || plainText(header.short_description);
  const name = titleOfReport(report) || 'STIX 1 report';
  if (content === '') return;
  const id = plainText(report.id);
  reading.reports.push({
    uuid: uuidOf(id) ?? uuid5In('76beed5f-7251-457e-8c2a-b45f7b589d3d', `${id} ${name} ${content}`),
    name,
    content,
    distribution: '5',
  });
}
