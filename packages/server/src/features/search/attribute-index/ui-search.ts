import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { type Answer, json } from '../../../http/answer.ts';
import { isObject, type JsonObject, readId, readInteger, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerWithinLimits } from '../rest-search/user-limits.ts';

const USUAL_PAGE = 60;
const LONGEST_PAGE = 1000;
const MOST_LINES = 10_000;

const lines = Type.Optional(Type.Unknown({ description: 'One a line, or a list' }));
const body = Type.Object({
  value: lines,
  uuid: Type.Optional(Type.Unknown({ description: 'uuids and event ids, one a line' })),
  type: lines,
  category: lines,
  org: lines,
  tags: lines,
  first_seen: Type.Optional(Type.Unknown()),
  last_seen: Type.Optional(Type.Unknown()),
  to_ids: Type.Optional(Type.Unknown()),
  limit: Type.Optional(Type.Unknown({ description: 'At most 1000; 60 unless said' })),
  page: Type.Optional(Type.Unknown()),
});

/**
 * The search of MISP's attribute page by API, and its export. Nothing is remembered between requests: an export is sent
 * the filters that a search is sent.
 */
export function uiSearchOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.search',
      summary: 'Search attributes by lines of values, uuids, types, organisations and tags; each with its event',
      path: '/attributes/search/{again?}',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body,
      response: Type.Array(Type.Object({ Attribute: Type.Unknown(), Event: Type.Unknown() })),
      handle: (call) => search(magpie, call),
    },
    {
      name: 'attributes.exportSearch',
      summary: 'What attributes/search finds with the same filters, in a format of restSearch',
      path: '/attributes/exportSearch/{format?}',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body,
      handle: async (call) => {
        const filters = await readFilters(magpie, call);
        return answerWithinLimits(
          magpie,
          'attributes',
          asSearch(call, { ...filters, returnFormat: call.args.format ?? 'json' }),
        );
      },
    },
  ];
}

async function search(magpie: Magpie, call: Call): Promise<Answer> {
  const filters = await readFilters(magpie, call);
  const sent = unwrap(call.body, 'Attribute');
  const limit = Math.min(LONGEST_PAGE, Math.max(1, readInteger(sent.limit ?? call.named.limit) ?? USUAL_PAGE));
  const page = sent.page ?? call.named.page ?? 1;
  const answer = await answerWithinLimits(magpie, 'attributes', asSearch(call, { ...filters, limit, page }));
  const found: unknown = JSON.parse(await textOf(answer));
  const headers = 'headers' in answer && answer.headers ? answer.headers : {};
  return json(
    rowsOf(found).map(({ Event, ...attribute }) => ({ Attribute: attribute, Event })),
    { headers },
  );
}

function asSearch(call: Call, filters: JsonObject): Call {
  return { ...call, method: 'POST', body: filters, named: {}, rest: [] };
}

/** The filters in the words of restSearch. `ALL` and empty ones are none. */
async function readFilters(magpie: Magpie, call: Call): Promise<JsonObject> {
  const sent = { ...unwrap(call.body, 'Attribute'), ...call.named };
  const filters: JsonObject = {};
  for (const name of ['value', 'type', 'category', 'org', 'tags'] as const) {
    const wanted = readLines(sent[name], name);
    if (wanted.length > 0) filters[name] = wanted;
  }
  for (const name of ['first_seen', 'last_seen', 'to_ids'] as const) {
    if (sent[name] !== undefined && sent[name] !== '' && sent[name] !== 'ALL') filters[name] = sent[name];
  }
  const names = readLines(sent.uuid, 'uuid');
  if (names.length > 0) filters.uuid = await uuidsOf(magpie, call, names);
  return filters;
}

function readLines(value: unknown, name: string): string[] {
  const items = typeof value === 'string' ? value.split('\n') : (readList(value) ?? []);
  if (items.length > MOST_LINES) throw new BadRequest(`${name} takes ${MOST_LINES} lines at most.`);
  return items
    .filter((item) => typeof item === 'string' || typeof item === 'number')
    .map((item) => String(item).trim())
    .filter((line) => line !== '' && line !== 'ALL');
}

/** Event ids become the uuids of events that are visible; what is neither finds nothing. */
async function uuidsOf(magpie: Magpie, call: Call, names: readonly string[]): Promise<string[]> {
  const ids = names.map((name) => readId(name)).filter((id) => id !== null);
  const rows =
    ids.length === 0
      ? []
      : await magpie.database.as(call.viewer, (tx) =>
          tx.query<{ uuid: string }>('select uuid from visible_events where id = any ($1::bigint[])', [ids]),
        );
  return [
    ...names.filter((name) => readUuid(name) !== null || readId(name) === null),
    ...rows.map(({ uuid }) => uuid),
    'none',
  ];
}

async function textOf(answer: Answer): Promise<string> {
  if (answer.kind === 'bytes') return answer.bytes.toString();
  if (answer.kind !== 'stream') throw new Error('a search answers text');
  const pieces: string[] = [];
  for await (const piece of answer.chunks) pieces.push(piece.toString());
  return pieces.join('');
}

function rowsOf(found: unknown): JsonObject[] {
  const response = isObject(found) && isObject(found.response) ? found.response : {};
  return Array.isArray(response.Attribute) ? response.Attribute.filter(isObject) : [];
}
