import { type Json, text } from '../../stix2/json.ts';
import type { StixEvent } from '../../stix2/write/write-bundle.ts';
import { escapeXml } from '../../xml/escape.ts';
import { packageShapes } from '../facts/package-shapes.ts';
import { EventOutput, type Stix1Form } from './event-output.ts';
import { incidentLists, type ListName } from './package-lists.ts';
import type { Scratch } from './scratch.ts';
import { stamp } from './write-attribute.ts';
import { fillPackage, incidentParts, producerOf } from './write-event.ts';
import { writeXmlElement } from './write-xml.ts';

/** Versions of STIX 1 that are written; they differ in nothing that is used. */
export type Stix1Version = '1.1.1' | '1.2';

/** The header that every package has. */
export function headerOf(organisation: string): Json {
  return {
    package_intent: [{ value: 'Threat Report', 'xsi:type': 'stixVocabs:PackageIntentVocab-1.0' }],
    title: `Export from ${organisation}'s MISP`,
  };
}

/** What python-stix says of CybOX in every package. */
export const noObservables = { cybox_major_version: '2', cybox_minor_version: '1', cybox_update_version: '0' };

/** Writes the package of an event, in pieces. */
export async function* writeEventPackage(
  event: StixEvent,
  form: Stix1Form,
  prefix: string,
  version: Stix1Version,
  scratch: (() => Scratch) | undefined,
): AsyncGenerator<string> {
  const out = new EventOutput(form, prefix, scratch);
  try {
    await fillPackage(out, event);
    if (form === 'json') yield* jsonPackage(out, event.head, version);
    else yield* xmlPackage(out, event.head, version);
  } finally {
    out.close();
  }
}

function* jsonPackage(out: EventOutput, head: Json, version: Stix1Version): Generator<string> {
  const start = { id: out.id('STIXPackage', text(head, 'uuid')), version, stix_header: headerOf(producerOf(head)) };
  yield JSON.stringify(start).slice(0, -1);
  yield* jsonLists(out, ['campaigns', 'coas']);
  yield `,"observables":${JSON.stringify(noObservables)},"incidents":[`;
  yield* jsonIncident(out, head);
  yield ']';
  yield* jsonLists(out, ['threatActors', 'ttps']);
  yield `,"timestamp":${JSON.stringify(stamp(head.timestamp))}}`;
}

const keys: Readonly<Partial<Record<ListName, string>>> = {
  campaigns: 'campaigns',
  coas: 'courses_of_action',
  threatActors: 'threat_actors',
  ttps: 'ttps',
};

function* jsonLists(out: EventOutput, names: readonly ListName[]): Generator<string> {
  for (const name of names) {
    if (!out.has(name)) continue;
    yield `,${JSON.stringify(keys[name] ?? name)}:`;
    yield* out.listPieces(name);
  }
}

function* jsonIncident(out: EventOutput, head: Json): Generator<string> {
  const { before, after } = incidentParts(out, head);
  yield JSON.stringify(before).slice(0, -1);
  yield ',"related_indicators":';
  yield* out.listPieces('indicators');
  yield ',"related_observables":';
  yield* out.listPieces('observables');
  yield ',"related_incidents":{},"related_packages":{}';
  yield* optional('assets');
  yield ',"leveraged_ttps":';
  yield* out.listPieces('leveragedTtps');
  const { handling, confidence, ...rest } = after;
  yield `,${JSON.stringify(rest).slice(1, -1)}`;
  yield* optional('actors');
  yield* optional('coaTaken');
  if (confidence !== undefined) yield `,"confidence":${JSON.stringify(confidence)}`;
  if (handling !== undefined) yield `,"handling":${JSON.stringify(handling)}`;
  yield* optional('history');
  yield* optional('victims');
  yield '}';

  function* optional(name: keyof typeof incidentLists): Generator<string> {
    if (!out.has(name)) return;
    yield `,"${incidentLists[name].key}":`;
    yield* out.listPieces(name);
  }
}

const listsByKey: ReadonlyMap<string, keyof typeof incidentLists> = new Map([
  ['related_indicators', 'indicators'],
  ['related_observables', 'observables'],
  ['leveraged_ttps', 'leveragedTtps'],
  ['attributed_threat_actors', 'actors'],
  ['coa_taken', 'coaTaken'],
  ['history', 'history'],
  ['victims', 'victims'],
  ['affected_assets', 'assets'],
]);

function* xmlPackage(out: EventOutput, head: Json, version: Stix1Version): Generator<string> {
  const id = escapeXml(out.id('STIXPackage', text(head, 'uuid')));
  yield `<stix:Package id="${id}" version="${version}" timestamp="${stamp(head.timestamp)}">`;
  yield writeXmlElement('stix:STIX_Header', headerOf(producerOf(head)), 'Header');
  yield* out.listPieces('ttps');
  yield '<stix:Incidents>';
  yield* xmlIncident(out, head);
  yield '</stix:Incidents>';
  for (const name of ['coas', 'campaigns', 'threatActors'] as const) yield* out.listPieces(name);
  yield '</stix:Package>';
}

function* xmlIncident(out: EventOutput, head: Json): Generator<string> {
  const { before, after } = incidentParts(out, head);
  const members: Json = { ...before, ...after };
  const { id, timestamp } = before;
  const attributes = `id="${escapeXml(String(id))}" timestamp="${String(timestamp)}" xsi:type="incident:IncidentType"`;
  yield `<stix:Incident ${attributes}>`;
  for (const [key, element, shape, item] of packageShapes.Incident ?? []) {
    if (element.startsWith('@')) continue;
    const list = listsByKey.get(key);
    if (list !== undefined) yield* out.listPieces(list);
    else if (item === undefined) yield writeXmlElement(element, members[key], shape);
    else {
      const items = writeXmlElement(item, members[key], shape);
      if (items !== '') yield `<${element}>${items}</${element}>`;
    }
  }
  yield '</stix:Incident>';
}
