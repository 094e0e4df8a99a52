import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Answer } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerReading } from './answer-reading.ts';
import { type Reading, readHeld } from './held-transaction.ts';
import { readSearchParameters, type SearchParameters, type SearchScope } from './parameters.ts';
import { type SearchHead, searchAttributes } from './search-attributes.ts';
import { searchEvents, searchViewer } from './search-events.ts';
import { searchObjects } from './search-objects.ts';
import { searchOneValue } from './search-one-value.ts';

type Search = (
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  parameters: SearchParameters,
) => Promise<Reading<SearchHead>>;

const searches: Readonly<Record<SearchScope, Search>> = {
  events: searchEvents,
  attributes: (magpie, tx, _viewer, parameters) => searchAttributes(magpie, tx, parameters),
  objects: searchObjects,
};

// MISP's formats of each scope; those that Magpie does not write yet are refused by name.
const formats: Readonly<Record<SearchScope, ReadonlySet<string>>> = {
  events: formatSet(`attack attack-sightings cache context context-markdown count csv hashes hosts json kunai netfilter
    openioc rpz snort stix stix-json stix2 suricata text xml yara yara-json`),
  attributes: formatSet(`cache count csv hashes hosts json kunai netfilter opendata openioc rpz snort stix stix-json
    stix2 suricata text xml yara yara-json`),
  objects: formatSet('json'),
};

/** Searches of events, attributes and objects (`/events/restSearch` and so on). */
export function restSearchOperations(magpie: Magpie): Operation[] {
  return [
    operation(magpie, 'events', 'Search whole events.'),
    operation(magpie, 'attributes', 'Search attributes.'),
    operation(magpie, 'objects', 'Search objects.'),
  ];
}

function operation(magpie: Magpie, scope: SearchScope, summary: string): Operation {
  return {
    name: `${scope}.restSearch`,
    summary,
    path: `/${scope}/restSearch`,
    methods: ['GET', 'POST'],
    permission: 'any',
    effect: 'read',
    body: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'The parameters of MISP restSearch, flat or in "request"; lists, "%", "!" and OR, AND, NOT as there.',
    }),
    response: Type.Object({ response: Type.Unknown() }),
    handle: (call) => search(magpie, scope, call),
  };
}

async function search(magpie: Magpie, scope: SearchScope, call: Call): Promise<Answer> {
  const parameters = readSearchParameters(call, scope);
  checkFormat(parameters, scope);
  const viewer = searchViewer(call.viewer, parameters);
  const quick = scope === 'attributes' ? await searchOneValue(magpie, viewer, parameters) : null;
  const reading =
    quick ?? (await readHeld(magpie.database, viewer, (tx) => searches[scope](magpie, tx, viewer, parameters)));
  return answerReading(call, reading.body, headersOf(scope, parameters, reading.head));
}

function checkFormat(parameters: SearchParameters, scope: SearchScope): void {
  const format = parameters.get('returnFormat') ?? 'json';
  if (format === 'json' || format === 'download') return;
  if (typeof format !== 'string' || !formats[scope].has(format)) throw new HttpProblem(404, 'Invalid output format.');
  throw new HttpProblem(501, `The output format ${format} is not available in this version.`);
}

function headersOf(scope: SearchScope, parameters: SearchParameters, head: SearchHead): Record<string, string> {
  return {
    ...(head.total === null ? {} : { 'x-result-count': String(head.total) }),
    ...(head.hasMore === null ? {} : { 'x-has-more': head.hasMore ? '1' : '0' }),
    'x-export-module-used': 'json',
    'x-response-format': 'json',
    'x-skipped-elements-count': '0',
    ...(scope === 'events'
      ? { 'content-disposition': `attachment; filename="misp.event.${fileId(parameters)}.json"` }
      : {}),
  };
}

/** The file is named after the event when one is asked for. */
function fileId(parameters: SearchParameters): string {
  const eventId = parameters.get('eventid');
  const text = typeof eventId === 'number' || typeof eventId === 'string' ? String(eventId) : '';
  return /^[0-9a-fA-F-]{1,36}$/.test(text) ? text : 'list';
}

function formatSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
