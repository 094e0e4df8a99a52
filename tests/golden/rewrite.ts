import { controllerKind, type Identities, idKind } from './identities.ts';
import type { Exchange } from './recording.ts';

const eventFirst = /^\/(attributes|objects|eventReports|event_reports|shadowAttributes|shadow_attributes)\/add\//;

/**
 * Kinds of the numbers in a path, in order; the last one repeats. A number whose kind is '' stays as it is.
 * Paths look like `/controller/action/number/number`.
 */
function pathKinds(path: string): readonly string[] {
  const own = controllerKind(path);
  if (eventFirst.test(path)) return own === 'Object' ? ['Event', 'ObjectTemplate'] : ['Event', ''];
  if (/^\/events\/(add|remove)Tag\//.test(path)) return ['Event', 'Tag'];
  if (/^\/attributes\/(add|remove)Tag\//.test(path)) return ['Attribute', 'Tag'];
  if (/^\/attributes\/(deleteSelected|attributeReplace)\//.test(path)) return ['Event', ''];
  if (/^\/attributes\/attributeStatistics\//.test(path)) return [''];
  if (/^\/objects\/(groupAttributes|propose)/.test(path)) return ['Event', 'ObjectTemplate'];
  if (/^\/objectReferences\/add\//.test(path)) return ['Object', ''];
  if (/^\/auth_keys\/(add|index)\//.test(path)) return ['User', ''];
  if (/^\/sharing_?[gG]roups\/(add|remove)Org\//.test(path)) return ['SharingGroup', 'Organisation'];
  if (/^\/sightings\/(add|index)\/\d/.test(path)) return ['Attribute', ''];
  if (/^\/sightings\/listSightings\//.test(path)) return ['Attribute', ''];
  if (/^\/shadowAttributes\/(edit|delete)\//.test(path)) return ['Attribute', ''];
  if (/^\/shadowAttributes\/index\//.test(path)) return ['Event', ''];
  if (/^\/event(Reports|_reports)\/(reportFromEvent|importReportFromUrl)\//.test(path)) return ['Event', ''];
  if (/^\/galaxies\/attachCluster\/\d+\/attribute/.test(path)) return ['Attribute', ''];
  if (/^\/galaxies\/attachCluster\//.test(path)) return ['Event', ''];
  if (/^\/galaxy_clusters\/(add|index)\//.test(path)) return ['Galaxy', ''];
  if (/^\/tag_collections\/addTag\//.test(path)) return ['TagCollection', 'Tag'];
  if (/^\/eventDelegations\/delegateEvent\//.test(path)) return ['Event', ''];
  if (/^\/servers\/queryACL\//.test(path)) return ['Role'];
  if (/^\/servers\/idTranslator\//.test(path)) return ['Event'];
  if (/^\/(user_login_profiles|user_settings\/(getSetting|setSetting))\//.test(path)) return ['User', ''];
  if (/^\/(audit_)?logs\/event_?[iI]ndex\//.test(path)) return ['Event', ''];
  if (/^\/(threads|posts)\//.test(path)) return ['Event', ''];
  if (/^\/eventGraph\/add\//.test(path)) return ['Event', ''];
  if (/^\/tags\/search\//.test(path)) return [''];
  return [own, ''];
}

/** The path as it must be sent to, or is named by, the instance under test. */
export function rewritePath(path: string, identities: Identities): string {
  const [bare = '', query] = path.split('?');
  const kinds = pathKinds(bare);
  let place = 0;
  const segments = bare.split('/').map((segment) => {
    const named = /^(eventid|event_id):(\d+)$/.exec(segment);
    if (named) return `${named[1]}:${identities.id('Event', named[2] ?? '') ?? named[2]}`;
    const number = /^(\d+)(\.\w+)?$/.exec(segment);
    if (!number) return identities.uuid(segment);
    const kind = kinds[Math.min(place++, kinds.length - 1)] ?? '';
    return `${identities.id(kind, number[1] ?? '') ?? number[1]}${number[2] ?? ''}`;
  });
  const rewritten = segments.join('/');
  if (query === undefined) return rewritten;
  return `${rewritten}?${query.replace(/\beventid=(\d+)/, (_, id: string) => `eventid=${identities.id('Event', id) ?? id}`)}`;
}

/** A request body with ids, uuids and keys of the instance under test. */
export function rewriteBody(body: unknown, path: string, identities: Identities): unknown {
  return rewriteValue(body, '', controllerKind(path), identities);
}

function rewriteValue(value: unknown, field: string, parent: string, identities: Identities): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteValue(item, field, parent, identities));
  if (typeof value === 'object' && value !== null) {
    const inside = field === '' || field === 'request' || field === 'response' ? parent : field;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, rewriteValue(item, key, inside, identities)]),
    );
  }
  const kind = field === 'target_id' ? 'GalaxyCluster' : idKind(field, parent);
  if (kind !== undefined && (typeof value === 'string' || typeof value === 'number')) {
    const number = /^(!?)(\d+)$/.exec(String(value));
    const actual = number && identities.id(kind, number[2] ?? '');
    if (number && actual) return typeof value === 'number' ? Number(actual) : `${number[1]}${actual}`;
  }
  if (typeof value !== 'string') return value;
  return identities.uuid(value.replace(/\{\{key:([^}]+)\}\}/g, (all, name: string) => identities.key(name) ?? all));
}

/** A request ready to be sent to the instance under test. */
export interface PreparedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** Builds the request of an exchange, or says which key is missing to send it. */
export function prepareRequest(
  exchange: Exchange,
  identities: Identities,
): { request: PreparedRequest } | { missingKey: string } {
  const { request } = exchange;
  const headers: Record<string, string> = { ...request.headers };
  if (exchange.as === 'custom' || (exchange.as === null && request.authorization !== 'none')) {
    if (request.authorization !== undefined) headers.Authorization = request.authorization;
  } else if (exchange.as !== null && request.authorization !== 'none') {
    const key = identities.key(exchange.as);
    if (key === undefined) return { missingKey: exchange.as };
    headers.Authorization = key;
  }
  let body = request.body_text;
  if (body === undefined && request.body !== undefined) {
    body = JSON.stringify(rewriteBody(request.body, request.path, identities));
  }
  return {
    request: {
      method: request.method,
      path: encodeURI(rewritePath(request.path, identities)),
      headers,
      body,
    },
  };
}
