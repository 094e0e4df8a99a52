import type { Magpie } from '../../../context.ts';
import type { Answer } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import type { Call, MemberOperation } from '../../../http/operation.ts';
import { exportFormatOperations } from '../exports/format-list.ts';
import { answerSearch } from '../rest-search/answer-search.ts';
import { searchParametersOf } from '../rest-search/parameters.ts';
import { answerZeek } from '../zeek/answer-zeek.ts';
import { createDeprecatedUses, deprecatedUseOperation, withDeprecation } from './deprecation.ts';
import { isGiven, readLegacyParameters } from './legacy-parameters.ts';

/** Exports at the addresses they had before restSearch, which sensors and scripts still fetch. */
export function legacyExportOperations(magpie: Magpie): MemberOperation[] {
  const uses = createDeprecatedUses();
  return [
    ...exportFormatOperations(magpie),
    deprecatedUseOperation(uses),
    ...exportOperations(magpie).map((operation) => withDeprecation(operation, uses)),
  ];
}

function exportOperations(magpie: Magpie): MemberOperation[] {
  return [
    {
      ...common,
      name: 'events.csv',
      summary: 'Attributes of events as CSV; those for detection of published events unless told to ignore that.',
      path: '/events/csv',
      handle: (call) => csv(magpie, call),
    },
    {
      ...common,
      name: 'events.hids',
      summary: 'Hashes of one kind (md5, sha1, sha256) for detection, one a line.',
      path: '/events/hids/{type}',
      handle: (call) => hids(magpie, call),
    },
    {
      ...common,
      name: 'events.nids',
      summary: 'Rules for Suricata or Snort, for detection.',
      path: '/events/nids/{format?}',
      handle: (call) => nids(magpie, call),
    },
    {
      ...common,
      name: 'events.xml',
      summary: 'Events as XML.',
      path: '/events/xml',
      handle: (call) => xml(magpie, call),
    },
    {
      ...common,
      name: 'events.downloadOpenIOCEvent',
      summary: 'An event as OpenIOC.',
      path: '/events/downloadOpenIOCEvent',
      handle: (call) => openIoc(magpie, call),
    },
    {
      ...common,
      name: 'events.stix',
      summary: 'Events as one STIX 1 document: JSON where that is asked for, else XML.',
      path: '/events/stix',
      handle: (call) => stix(magpie, call, 'stix'),
    },
    {
      ...common,
      name: 'events.stix2',
      summary: 'Events as one STIX 2 bundle.',
      path: '/events/stix2',
      handle: (call) => stix(magpie, call, 'stix2'),
    },
    {
      ...common,
      name: 'events.restSearchExport',
      summary: 'Chosen events in one of the formats of restSearch.',
      path: '/events/restSearchExport/{ids?}/{format?}',
      handle: (call) => chosenEvents(magpie, call),
    },
    {
      ...common,
      name: 'attributes.text',
      summary: 'Values of attributes, one a line; those for detection of published events unless told otherwise.',
      path: '/attributes/text',
      handle: (call) => text(magpie, call),
    },
    {
      ...common,
      name: 'attributes.rpz',
      summary: 'A response policy zone of addresses and names, for detection.',
      path: '/attributes/rpz',
      handle: (call) => rpz(magpie, call),
    },
    {
      ...common,
      name: 'attributes.bro',
      summary: 'Indicators for the intelligence framework of Zeek, by kind.',
      path: '/attributes/bro',
      aliases: ['/attributes/zeek'],
      handle: (call) => answerZeek(magpie, call),
    },
    {
      ...common,
      name: 'attributes.returnAttributes',
      summary: 'Attributes of an event as JSON.',
      path: '/attributes/returnAttributes',
      handle: (call) => returnAttributes(magpie, call),
    },
  ];
}

const common = {
  methods: ['GET', 'POST'],
  permission: 'any',
  effect: 'read',
  answersBrowsers: true,
} satisfies Partial<MemberOperation>;

const csvNames = [
  ...['eventid', 'ignore', 'tags', 'category', 'type', 'includeContext', 'from', 'to', 'last', 'headerless'],
  ...['enforceWarninglist', 'value', 'timestamp'],
];

async function csv(magpie: Magpie, call: Call): Promise<Answer> {
  const { ignore, ...values } = readLegacyParameters(call, csvNames);
  const restriction = isGiven(ignore) ? {} : { to_ids: 1, published: 1 };
  return answer(magpie, 'events', call, { ...restriction, ...values, returnFormat: 'csv' });
}

const hashTypes: Readonly<Record<string, readonly string[]>> = {
  md5: ['md5', 'filename|md5', 'malware-sample'],
  sha1: ['sha1', 'filename|sha1'],
  sha256: ['sha256', 'filename|sha256'],
};

async function hids(magpie: Magpie, call: Call): Promise<Answer> {
  const type = hashTypes[call.args.type?.toLowerCase() ?? ''];
  if (type === undefined) throw new HttpProblem(404, 'Invalid hash type. Known are md5, sha1 and sha256.');
  const values = readLegacyParameters(call, ['eventid', 'withAttachments', 'tags', 'from', 'to', 'last']);
  const { withAttachments: _, ...filters } = values;
  return answer(magpie, 'attributes', call, { ...filters, type, returnFormat: 'hashes' });
}

const nidsNames = [
  ...['eventid', 'frame', 'tags', 'from', 'to', 'last', 'type', 'enforceWarninglist', 'includeAllTags'],
];

async function nids(magpie: Magpie, call: Call): Promise<Answer> {
  const format = call.args.format?.toLowerCase() ?? 'suricata';
  if (format !== 'suricata' && format !== 'snort') {
    throw new HttpProblem(404, 'Invalid format. Known are suricata and snort.');
  }
  const { frame: _frame, ...filters } = readLegacyParameters(call, nidsNames);
  return answer(magpie, 'events', call, { ...filters, ...typesOf(filters), returnFormat: format });
}

const xmlNames = ['eventid', 'withAttachments', 'tags', 'from', 'to', 'last'];

async function xml(magpie: Magpie, call: Call): Promise<Answer> {
  return answer(magpie, 'events', call, { ...readLegacyParameters(call, xmlNames), returnFormat: 'xml' });
}

async function openIoc(magpie: Magpie, call: Call): Promise<Answer> {
  const values = readLegacyParameters(call, ['eventid']);
  if (values.eventid === undefined) throw new HttpProblem(404, 'Invalid event.');
  return answer(magpie, 'events', call, { published: [0, 1], ...values, returnFormat: 'openioc' });
}

const rpzNames = [
  ...['tags', 'eventid', 'from', 'to', 'policy', 'walled_garden', 'ns', 'email', 'serial', 'refresh', 'retry'],
  ...['expiry', 'minimum_ttl', 'ttl', 'enforceWarninglist', 'ns_alt'],
];

async function rpz(magpie: Magpie, call: Call): Promise<Answer> {
  return answer(magpie, 'attributes', call, { ...readLegacyParameters(call, rpzNames), returnFormat: 'rpz' });
}

/** `all` is a word for no choice. */
function typesOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return values.type === 'all' ? { type: undefined } : {};
}

const textNames = [
  ...['type', 'tags', 'eventid', 'allowNonIDS', 'from', 'to', 'last', 'enforceWarninglist', 'allowNotPublished'],
];

async function text(magpie: Magpie, call: Call): Promise<Answer> {
  const { allowNonIDS, allowNotPublished, ...values } = readLegacyParameters(call, textNames);
  return answer(magpie, 'attributes', call, {
    ...values,
    ...(values.type === 'all' ? { type: undefined } : {}),
    ...(isGiven(allowNonIDS) ? { to_ids: [0, 1] } : {}),
    ...(isGiven(allowNotPublished) ? { published: [0, 1] } : {}),
    returnFormat: 'text',
  });
}

async function returnAttributes(magpie: Magpie, call: Call): Promise<Answer> {
  const { sigOnly, ...values } = readLegacyParameters(call, ['eventid', 'type', 'sigOnly']);
  return answer(magpie, 'attributes', call, {
    ...values,
    ...(values.type === 'all' ? { type: undefined } : {}),
    to_ids: isGiven(sigOnly) ? 1 : [0, 1],
    returnFormat: call.format === 'xml' ? 'xml' : 'json',
  });
}

async function chosenEvents(magpie: Magpie, call: Call): Promise<Answer> {
  const ids = readChosen(call.args.ids);
  if (ids.length === 0) throw new HttpProblem(404, 'Invalid input.');
  return answer(magpie, 'events', call, {
    eventid: ids,
    published: [0, 1],
    returnFormat: call.args.format ?? 'json',
  });
}

const stixNames = ['eventid', 'withAttachments', 'tags', 'from', 'to', 'last'];

async function stix(magpie: Magpie, call: Call, returnFormat: 'stix' | 'stix2'): Promise<Answer> {
  return answer(magpie, 'events', call, { ...readLegacyParameters(call, stixNames), returnFormat });
}

/** One id or uuid, or a JSON list of them. */
function readChosen(sent: string | undefined): string[] {
  if (sent === undefined) return [];
  if (!sent.startsWith('[')) return [sent];
  try {
    const parsed: unknown = JSON.parse(sent);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    throw new HttpProblem(404, 'Invalid input.');
  }
}

function answer(
  magpie: Magpie,
  scope: 'events' | 'attributes',
  call: Call,
  values: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return answerSearch(magpie, scope, call, searchParametersOf(scope, values));
}
