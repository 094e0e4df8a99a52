import type { Method, Operation } from './operation.ts';
import { canonicalController } from './path.ts';

interface Pattern {
  operation: Operation;
  methods: readonly Method[];
  /** Literals and arguments behind controller and action. */
  rest: PatternSegment[];
}
type PatternSegment = { literal: string } | { argument: string; optional: boolean };

/** What a path leads to. */
export interface Match {
  operation: Operation;
  /** Verbs that run the operation on this path. */
  methods: readonly Method[];
  args: Record<string, string | undefined>;
  rest: string[];
}

/** What a path leads to. */
export type RouteResult =
  | { kind: 'match'; match: Match }
  /** The path is known, the verb is not: `match` is what another verb would run. */
  | { kind: 'wrong-method'; match: Match }
  | { kind: 'unknown-action' }
  | { kind: 'unknown-controller' };

/** The table of operations by their paths. */
export interface Router {
  readonly operations: readonly Operation[];
  find(method: Method | 'HEAD' | 'OTHER', segments: readonly string[]): RouteResult;
}

const ANY_ACTION = '*';
/** `/events` alone: the index for reading, but POST adds. */
const NO_ACTION = '';

/** Builds the look-up of operations by MISP's path rules. Throws when two operations claim the same path and verb. */
export function createRouter(operations: readonly Operation[]): Router {
  const table = new Map<string, Pattern[]>();
  const controllers = new Set<string>();
  const claimed = new Set<string>();
  for (const operation of operations) {
    for (const { path, methods } of pathsOf(operation)) {
      for (const method of methods) claim(claimed, `${method} ${path.toLowerCase()}`, operation);
      const { key, rest } = readPattern(path);
      controllers.add(key.split('/')[1] ?? '');
      const patterns = table.get(key) ?? [];
      patterns.push({ operation, methods, rest });
      table.set(key, patterns);
    }
  }

  return {
    operations,
    find(method, segments) {
      const place = locate(segments);
      if (!controllers.has(place.controller)) return { kind: 'unknown-controller' };
      const patternsOf = (action: string) => table.get(`${place.admin}/${place.controller}/${action}`);
      return choose(findCandidates(patternsOf, place), method);
    },
  };
}

/** The operation's own path and its aliases, each with its verbs. */
export function pathsOf(operation: Operation): { path: string; methods: readonly Method[] }[] {
  const aliases = (operation.aliases ?? []).map((alias) =>
    typeof alias === 'string' ? { path: alias, methods: operation.methods } : alias,
  );
  return [{ path: operation.path, methods: operation.methods }, ...aliases];
}

function claim(claimed: Set<string>, key: string, operation: Operation): void {
  if (claimed.has(key)) throw new Error(`${operation.name}: ${key} is taken by another operation`);
  claimed.add(key);
}

function readPattern(path: string): { key: string; rest: PatternSegment[] } {
  const all = path.split('/').filter((segment) => segment !== '');
  const admin = all[0] === 'admin' && all.length > 1;
  const [controller = '', action, ...others] = admin ? all.slice(1) : all;
  const isArgument = action?.startsWith('{') ?? false;
  const actionKey = isArgument ? ANY_ACTION : (action?.toLowerCase() ?? NO_ACTION);
  const rest = (isArgument && action !== undefined ? [action, ...others] : others).map(readSegment);
  return { key: `${admin ? 'admin' : ''}/${canonicalController(controller)}/${actionKey}`, rest };
}

function readSegment(segment: string): PatternSegment {
  const argument = /^\{(\w+)(\?)?\}$/.exec(segment);
  return argument ? { argument: argument[1] ?? '', optional: argument[2] === '?' } : { literal: segment.toLowerCase() };
}

interface Place {
  admin: 'admin' | '';
  controller: string;
  action: string;
  actionSegment: string | null;
  rest: readonly string[];
}

function locate(segments: readonly string[]): Place {
  if (segments.length === 0) return { admin: '', controller: 'events', action: 'index', actionSegment: null, rest: [] };
  const prefixed = segments[0]?.toLowerCase() === 'admin' && segments.length > 1;
  const [controller = '', action, ...rest] = prefixed ? segments.slice(1) : segments;
  const lower = action?.toLowerCase() ?? 'index';
  // `/users/admin_add` is `/admin/users/add`.
  const admin = prefixed || lower.startsWith('admin_') ? 'admin' : '';
  return {
    admin,
    controller: canonicalController(controller),
    action: lower.startsWith('admin_') ? lower.slice('admin_'.length) : lower,
    actionSegment: action ?? null,
    rest,
  };
}

function findCandidates(patternsOf: (action: string) => readonly Pattern[] | undefined, place: Place): Match[] {
  if (place.actionSegment === null) {
    return [...matches(patternsOf(NO_ACTION), []), ...matches(patternsOf('index'), [])];
  }
  const named = patternsOf(place.action);
  if (named) return matches(named, place.rest);
  // `/events/17`: an id in the place of the action is the resource itself; any other word is an unknown action.
  const isId = /^\d+$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(place.actionSegment);
  return isId ? matches(patternsOf(ANY_ACTION), [place.actionSegment, ...place.rest]) : [];
}

function matches(patterns: readonly Pattern[] | undefined, segments: readonly string[]): Match[] {
  const found: { match: Match; literals: number }[] = [];
  for (const { operation, methods, rest } of patterns ?? []) {
    const match = matchRest(operation, methods, rest, segments);
    if (match) found.push({ match, literals: rest.filter((segment) => 'literal' in segment).length });
  }
  return found.sort((a, b) => b.literals - a.literals).map(({ match }) => match);
}

// An argument that the path demands but the URL lacks stays undefined: the handler says what is missing, as MISP does.
function matchRest(
  operation: Operation,
  methods: readonly Method[],
  rest: readonly PatternSegment[],
  segments: readonly string[],
): Match | null {
  const args: Record<string, string | undefined> = {};
  for (const [index, part] of rest.entries()) {
    const segment = segments[index];
    if ('argument' in part) args[part.argument] = segment;
    else if (segment?.toLowerCase() !== part.literal) return null;
  }
  return { operation, methods, args, rest: segments.slice(rest.length) };
}

function choose(candidates: readonly Match[], method: Method | 'HEAD' | 'OTHER'): RouteResult {
  const first = candidates[0];
  if (first === undefined) return { kind: 'unknown-action' };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const exact = candidates.find(({ methods }) => methods.some((verb) => verb === wanted));
  if (exact) return { kind: 'match', match: exact };
  // Read actions ignore the verb, as in MISP: PUT on an index answers like GET.
  const reading = candidates.find(({ operation }) => operation.effect === 'read');
  if (reading) return { kind: 'match', match: reading };
  return { kind: 'wrong-method', match: first };
}
