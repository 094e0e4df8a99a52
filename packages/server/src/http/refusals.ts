import { notAuthenticated } from '../access/authenticate.ts';
import { isSiteAdmin, type Viewer } from '../access/viewer.ts';
import { Forbidden, NotFound, Unauthenticated } from '../errors.ts';
import { HttpProblem } from './errors.ts';
import { asksForJson } from './negotiate.ts';
import { canonicalController, type MispPath } from './path.ts';

/** What a role is told that may not use an operation. */
export const NO_PERMISSION = 'You do not have permission to use this functionality.';
const NO_SEARCH = 'RestSearch is not implemented (yet) for this scope.';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Why a path leads nowhere, to whom; MISP asks for the permission first, and nobody but site administrators has one. */
export function unknownPath(kind: string, path: MispPath, viewer: Viewer | null): Error {
  if (viewer === null) return notAuthenticated();
  const [controller = '', action = ''] = path.segments;
  const missing = notInThisVersion(canonicalController(controller), action);
  if (kind !== 'unknown-action') return new NotFound(missing ?? 'Not Found');
  const isSearch = action.toLowerCase() === 'restsearch' && canonicalController(controller) !== 'eventreports';
  if (!isSearch && !isSiteAdmin(viewer)) return new Forbidden(NO_PERMISSION);
  return new NotFound(missing ?? (action.toLowerCase() === 'restsearch' ? NO_SEARCH : 'Not Found'));
}

/** What MISP has and this version has not, by controller or by controller and action. */
const NOT_HERE: Readonly<Record<string, string>> = {
  dashboards: 'Dashboards',
  workflows: 'Workflows',
  workflowblueprints: 'Workflows',
  'servers.pull': 'Pulling from other instances',
  'servers.push': 'Pushing to other instances',
  'servers.compareservers': 'Comparing other instances',
  'servers.startzeromqserver': 'Publishing by ZeroMQ',
  'servers.stopzeromqserver': 'Publishing by ZeroMQ',
  'servers.statuszeromqserver': 'Publishing by ZeroMQ',
  'cryptographickeys.serversign': 'Signing',
  'users.viewperiodicsummary': 'Sending periodic summaries',
};

function notInThisVersion(controller: string, action: string): string | null {
  const what = NOT_HERE[controller] ?? NOT_HERE[`${controller}.${action.toLowerCase()}`];
  return what === undefined ? null : `${what}: not in this version.`;
}

/** Scripts in pages are told shortly that nobody is signed in: with 401 where they did not ask for JSON. */
export function refusalFor(error: unknown, path: string, headers: Headers): unknown {
  const isScript = headers['x-requested-with'] === 'XMLHttpRequest';
  if (!isScript || !(error instanceof Unauthenticated) || error.message !== notAuthenticated().message) return error;
  return asksForJson(path.split('?')[0] ?? '', headers)
    ? new Unauthenticated('Authentication failed.')
    : new HttpProblem(401, 'Unauthorized');
}
