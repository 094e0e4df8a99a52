import { randomUUID } from 'node:crypto';
import { flag, type Json } from '../../stix2/json.ts';
import type { StixEvent } from '../../stix2/write/write-bundle.ts';
import { escapeXml } from '../../xml/escape.ts';
import { namespaces } from '../facts/namespaces.ts';
import { idPrefix } from '../ids.ts';
import { EventOutput, type Stix1Form } from './event-output.ts';
import type { Scratch } from './scratch.ts';
import { writeAttribute } from './write-attribute.ts';
import { headerOf, noObservables, type Stix1Version, writeEventPackage } from './write-package.ts';
import { writeXmlElement } from './write-xml.ts';

/** How a STIX 1 document is written. */
export interface Stix1Options {
  readonly form: Stix1Form;
  readonly version: Stix1Version;
  /** Name of the instance's organisation: the title, and the prefix of ids. */
  readonly organisation: string;
  /** Address of the instance: what the prefix of ids stands for. */
  readonly baseUrl: string;
  /** Time of writing, for the outer package. */
  readonly now: Date;
  /** Gives room for what waits for its place in the document and is too much for memory; without it all stays there. */
  readonly scratch?: () => Scratch;
  /** Uuid of the outer package; a random one otherwise. */
  readonly packageUuid?: string;
}

/** Text is handed on when it has this length. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Writes events as one STIX 1 document (OASIS STIX 1.1.1 and 1.2 with CybOX 2.1; in JSON the form of python-stix), in
 * pieces: a package of packages, one for each event. What has to wait for its place is kept compressed, and beyond a few
 * megabytes in `scratch`.
 */
export async function* writeStix1(events: AsyncIterable<StixEvent>, options: Stix1Options): AsyncGenerator<string> {
  yield* inPieces(eventTexts(events, options));
}

async function* eventTexts(events: AsyncIterable<StixEvent>, options: Stix1Options): AsyncGenerator<string> {
  const { form, version } = options;
  const prefix = idPrefix(options.organisation);
  const isJson = form === 'json';
  yield isJson ? `${outerJson(options, prefix)},"related_packages":{"related_packages":[` : outerXml(options, prefix);
  let isFirst = true;
  for await (const event of events) {
    if (isJson) yield isFirst ? '{"package":' : ',{"package":';
    else yield isFirst ? '<stix:Related_Packages><stix:Related_Package>' : '<stix:Related_Package>';
    yield* writeEventPackage(event, form, prefix, version, options.scratch);
    yield isJson ? '}' : '</stix:Related_Package>\n';
    isFirst = false;
  }
  if (isJson) yield ']}}\n';
  else yield `${isFirst ? '' : '</stix:Related_Packages>'}</stix:STIX_Package>\n`;
}

/**
 * Writes attributes without their events: one package of indicators and observables. What belongs to an incident
 * (comments, victims) has no place there. Memory does not grow with the number of attributes.
 */
export async function* writeStix1Attributes(
  batches: AsyncIterable<readonly Json[]>,
  options: Stix1Options,
): AsyncGenerator<string> {
  yield* inPieces(attributeTexts(batches, options));
}

async function* attributeTexts(batches: AsyncIterable<readonly Json[]>, options: Stix1Options): AsyncGenerator<string> {
  const prefix = idPrefix(options.organisation);
  const isJson = options.form === 'json';
  const out = new EventOutput(options.form, prefix, options.scratch, 'package');
  // Observables stand before all else, so that they need not wait.
  let hasObservables = false;
  yield isJson ? outerJson(options, prefix, null) + OBSERVABLES_JSON : outerXml(options, prefix);
  try {
    for await (const attributes of batches) {
      for (const attribute of attributes) {
        if (!flag(attribute.deleted)) writeAttribute(out, attribute, producerOfAttribute(attribute, options));
      }
      if (!out.has('observables')) continue;
      if (isJson) yield hasObservables ? ',' : '';
      else if (!hasObservables) yield OBSERVABLES_XML;
      yield* out.take('observables');
      hasObservables = true;
    }
    if (isJson) yield ']}';
    else if (hasObservables) yield '</stix:Observables>';
    yield* loosePackage(out);
  } finally {
    out.close();
  }
}

const OBSERVABLES_JSON = `,"observables":${JSON.stringify(noObservables).slice(0, -1)},"observables":[`;
const OBSERVABLES_XML = '<stix:Observables cybox_major_version="2" cybox_minor_version="1" cybox_update_version="0">';

/** The lists behind the observables, and the end of the document. */
function* loosePackage(out: EventOutput): Generator<string> {
  if (out.form === 'json') {
    for (const [name, key] of packageKeys) {
      if (!out.has(name)) continue;
      yield `,"${key}":`;
      yield* out.listPieces(name);
    }
    yield '}\n';
    return;
  }
  for (const name of ['indicators', 'ttps', 'coas', 'campaigns', 'threatActors'] as const) yield* out.listPieces(name);
  yield '</stix:STIX_Package>\n';
}

const packageKeys = [
  ['indicators', 'indicators'],
  ['campaigns', 'campaigns'],
  ['coas', 'courses_of_action'],
  ['threatActors', 'threat_actors'],
  ['ttps', 'ttps'],
] as const;

function producerOfAttribute(attribute: Json, options: Stix1Options): string {
  const { Event: event } = attribute;
  const orgc = typeof event === 'object' && event !== null && 'Orgc' in event ? event.Orgc : null;
  const name = typeof orgc === 'object' && orgc !== null && 'name' in orgc ? orgc.name : null;
  return typeof name === 'string' ? name : options.organisation;
}

function outerJson(options: Stix1Options, prefix: string, observables: Json | null = noObservables): string {
  const outer = {
    id: `${prefix}:STIXPackage-${options.packageUuid ?? randomUUID()}`,
    version: options.version,
    stix_header: headerOf(options.organisation),
    ...(observables === null ? {} : { observables }),
    // As python-stix writes the time of a package it makes: without a zone, in microseconds.
    timestamp: `${options.now.toISOString().slice(0, -1)}000`,
  };
  return JSON.stringify(outer).slice(0, -1);
}

function outerXml(options: Stix1Options, prefix: string): string {
  const declared = Object.entries(namespaces).map(([name, uri]) => `\n\txmlns:${name}="${uri}"`);
  const own = `\n\txmlns:${prefix}="${escapeXml(options.baseUrl)}"`;
  const id = `${prefix}:STIXPackage-${options.packageUuid ?? randomUUID()}`;
  const start = `<stix:STIX_Package${declared.join('')}${own}`;
  const timestamp = `${options.now.toISOString().slice(0, -1)}000`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${start}\n\tid="${id}" version="${options.version}" timestamp="${timestamp}">${writeXmlElement('stix:STIX_Header', headerOf(options.organisation), 'Header')}\n`;
}

async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const one of texts) {
    piece += one;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
