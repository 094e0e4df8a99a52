import type { SearchLimits } from '../../../access/accounts.ts';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Answer } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, type JsonObject, readInteger } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';
import { answerSearch } from './answer-search.ts';
import { readSearchParameters, type SearchParameters, type SearchScope, withParameters } from './parameters.ts';

/** MISP's window of the limit on searches. */
const WINDOW_SECONDS = 900;
const SCOPES: ReadonlySet<string> = new Set(['events', 'attributes', 'objects']);

/**
 * A search within what the user's role allows, over the parameters that he has set for all his searches. Searches of
 * events and attributes are counted together; the headers tell what is left. Throws MISP's 429 and 405.
 */
export async function answerWithinLimits(magpie: Magpie, scope: SearchScope, call: Call): Promise<Answer> {
  const account = await magpie.accounts.byUserId(call.viewer.userId);
  const limits = account?.searchLimits ?? { count: null, results: null };
  const headers = scope === 'objects' ? {} : await countSearch(magpie, call.viewer, limits);
  const sent = readSearchParameters(call, scope);
  // The page looks things up by searches of its own, which no default may narrow.
  const isOwn = call.headers['x-magpie-page'] !== undefined;
  const parameters = limitResults(isOwn ? sent : withDefaultsOf(account?.searchDefaults, sent), limits);
  const answer = await answerSearch(magpie, scope, call, parameters);
  return 'headers' in answer || answer.kind !== 'success'
    ? { ...answer, headers: { ...answer.headers, ...headers } }
    : answer;
}

/** One statement, and only for users whose role has a limit. */
async function countSearch(magpie: Magpie, viewer: Viewer, { count }: SearchLimits): Promise<Record<string, string>> {
  if (count === null) return {};
  if (count === 0) throw new HttpProblem(405, 'API searches are not allowed for this user role.');
  const row = await magpie.database.aside('count a search', (tx) =>
    tx.first<{ searches: number; reset: number }>(
      `insert into search_counts as c (user_id) values ($1)
       on conflict (user_id) do update set
         begun = case when c.begun < clock_timestamp() - make_interval(secs => $2::int) then clock_timestamp() else c.begun end,
         searches = case when c.begun < clock_timestamp() - make_interval(secs => $2::int) then 1
           else least(c.searches, 1000000000) + 1 end
       returning searches, ceil(extract(epoch from begun) + $2::int - extract(epoch from clock_timestamp()))::int as reset`,
      [viewer.userId, WINDOW_SECONDS],
    ),
  );
  const searches = row?.searches ?? 1;
  const headers = {
    'x-rate-limit-limit': String(count),
    'x-rate-limit-remaining': String(Math.max(0, count - searches)),
    'x-rate-limit-reset': String(row?.reset ?? WINDOW_SECONDS),
  };
  if (searches > count) throw new HttpProblem(429, 'Rate limit exceeded.', headers);
  return headers;
}

/** At most so many results; more are on further pages. */
function limitResults(parameters: SearchParameters, { results }: SearchLimits): SearchParameters {
  if (results === null) return parameters;
  const wanted = readInteger(parameters.get('limit'));
  return wanted !== null && wanted > 0 && wanted <= results
    ? parameters
    : withParameters(parameters, { limit: results });
}

/**
 * Puts a user's defaults under what was sent: those for every search, those under the name of the scope, and below that
 * those under the name of the format (`{"includeContext":1,"attributes":{"limit":100,"csv":{"headerless":1}}}`).
 */
function withDefaultsOf(setting: unknown, sent: SearchParameters): SearchParameters {
  if (!isObject(setting)) return sent;
  const global = isObject(setting.global) ? setting.global : {};
  const own = setting[sent.scope];
  const ofScope: JsonObject = isObject(own) ? own : {};
  const format = sent.get('returnFormat') ?? ofScope.returnFormat ?? setting.returnFormat ?? 'json';
  const ofFormat = typeof format === 'string' && Object.hasOwn(ofScope, format) ? ofScope[format] : undefined;
  const plain = Object.fromEntries(Object.entries(setting).filter(([name]) => !SCOPES.has(name)));
  const defaults = { ...plain, ...global, ...ofScope, ...(isObject(ofFormat) ? ofFormat : {}) };
  const missing = Object.entries(defaults).filter(([name]) => sent.raw(name) === undefined);
  return withParameters(sent, Object.fromEntries(missing));
}
