import Type from 'typebox';
import { allows } from '../../../access/permissions.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, readId, readText, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { addQuery, listQueries, type QueryRow, removeQuery } from './history.ts';
import { type SnippetRequest, writeSnippets } from './snippets.ts';
import { queryTemplates } from './templates.ts';

const PAGE = 60;
const MAX_PAGE = 1000;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

const text = Type.Optional(Type.String());
const queryBody = Type.Object({
  url: Type.String(),
  http_method: text,
  body: Type.Optional(Type.Unknown()),
  headers: text,
  bookmark: Type.Optional(Type.Boolean()),
  bookmark_name: text,
});

/** What the REST client needs beside the API itself: templates, one's own queries, snippets. */
export function restClientOperations(magpie: Magpie, operations: readonly Operation[]): Operation[] {
  return [
    {
      name: 'rest_client_history.index',
      summary: 'One’s own queries, the latest first; with /1 the bookmarks',
      path: '/rest_client_history/index/{bookmarked?}',
      aliases: ['/rest_client_history'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'RestClientHistory');
        const { limit, offset } = readPage(given, { defaultLimit: PAGE, maxLimit: MAX_PAGE });
        const onlyBookmarks = readBoolean(call.args.bookmarked) ?? false;
        const rows = await listQueries(magpie, call.viewer, onlyBookmarks, { limit: limit ?? PAGE, offset });
        return json(rows.map(queryWire));
      },
    },
    {
      name: 'rest_client_history.add',
      summary: 'Keep a query, or with bookmark and bookmark_name a bookmark',
      path: '/rest_client_history/add',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'RestClientHistory',
      body: queryBody,
      handle: async ({ viewer, body }) =>
        json(queryWire(await addQuery(magpie, viewer, unwrap(body, 'RestClientHistory')))),
    },
    {
      name: 'rest_client_history.delete',
      summary: 'Delete a query of one’s own',
      path: '/rest_client_history/delete/{query}',
      methods: ['POST', 'DELETE'],
      permission: 'any',
      effect: 'write',
      model: 'RestClientHistory',
      handle: async ({ viewer, args }) =>
        success('Entry removed.', { id: await removeQuery(magpie, viewer, readId(args.query)) }),
    },
    {
      name: 'rest_client.templates',
      summary: 'A query to begin with for every operation that one may use',
      path: '/rest_client/templates',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer }) => json(queryTemplates(operations.filter(({ permission }) => allows(viewer, permission)))),
    },
    {
      name: 'rest_client.snippets',
      summary: 'A query for curl, Python, PyMISP and TypeScript',
      path: '/rest_client/snippets',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ url: Type.String(), method: text, body: Type.Optional(Type.Unknown()) }),
      handle: ({ body }) => json(writeSnippets(magpie.config.baseUrl.replace(/\/+$/, ''), readRequest(unwrap(body)))),
    },
  ];
}

function readRequest(body: JsonObject): SnippetRequest {
  const asked = (readText(body, 'method') ?? readText(body, 'http_method') ?? 'GET').toUpperCase();
  const method = METHODS.find((known) => known === asked);
  const url = readText(body, 'url') ?? '';
  // Another host's address would end up beside the user's key.
  if (method === undefined || !/^\/(?!\/)[^\s\\]*$/.test(url)) {
    throw new BadRequest('A method and a path on this instance are expected.');
  }
  const sent = typeof body.body === 'string' && body.body !== '' ? parse(body.body) : body.body;
  return { method, path: url, body: isObject(sent) || Array.isArray(sent) ? sent : null };
}

function parse(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new BadRequest('The body is not JSON.');
  }
}

function queryWire(row: QueryRow): Record<string, unknown> {
  return {
    RestClientHistory: {
      id: String(row.id),
      org_id: String(row.org_id),
      user_id: String(row.user_id),
      headers: row.headers,
      body: row.body,
      url: row.url,
      http_method: row.http_method,
      timestamp: String(row.timestamp),
      use_full_path: false,
      show_result: false,
      skip_ssl: false,
      outcome: String(row.outcome),
      bookmark: row.bookmark,
      bookmark_name: row.bookmark_name,
    },
  };
}
