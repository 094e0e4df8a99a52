import Type from 'typebox';
import { allows } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Magpie } from '../context.ts';
import { NotFound, Refused } from '../errors.ts';
import { type Answer, json } from './answer.ts';
import { readId, unwrap } from './lenient.ts';
import { controllerOf, describeApi } from './openapi.ts';
import { PAGE_SCRIPT_PATH, PAGE_STYLE_PATH, pageScript, pageStyle, renderApiPage } from './openapi-page.ts';
import type { Operation } from './operation.ts';
import { mispVersion } from './version.ts';

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Describes the operations: for programs, for people, and in the two forms of MISP's own. */
export function apiDescriptionOperations(magpie: Magpie, described: readonly Operation[]): Operation[] {
  const all: Operation[] = [...described];
  all.push(...descriptionOperations(magpie, all), ...mispDescriptionOperations(all));
  all.push(queryAcl(magpie, all));
  return all.slice(described.length);
}

/** A file that the page of the API consists of. */
interface PageFile {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  readonly read: () => string;
  /** Its content security policy. */
  readonly policy?: string;
}

function descriptionOperations(magpie: Magpie, all: readonly Operation[]): Operation[] {
  const file = ({ name, path, contentType, read, policy }: PageFile): Operation => ({
    name,
    summary: 'A file of the API’s page',
    path,
    methods: ['GET'],
    permission: 'public',
    effect: 'read',
    answersBrowsers: true,
    handle: (): Answer => ({
      kind: 'bytes',
      status: 200,
      contentType: `${contentType}; charset=UTF-8`,
      bytes: read(),
      headers: { 'cache-control': 'max-age=300', ...(policy ? { 'content-security-policy': policy } : {}) },
    }),
  });
  return [
    {
      name: 'openapi.index',
      summary: 'The OpenAPI 3.1 description of the API',
      path: '/openapi',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: () => json(describeApi(all, { version: mispVersion, baseUrl: magpie.config.baseUrl })),
    },
    {
      ...file({
        name: 'api.openapi',
        path: '/api/openapi',
        contentType: 'text/html',
        read: () => renderApiPage(all, mispVersion),
        policy: PAGE_POLICY,
      }),
      summary: 'The API for people to read',
      aliases: ['/events/automation'],
    },
    file({ name: 'openapi.style', path: PAGE_STYLE_PATH, contentType: 'text/css', read: () => pageStyle }),
    file({ name: 'openapi.script', path: PAGE_SCRIPT_PATH, contentType: 'text/javascript', read: () => pageScript }),
  ];
}

function mispDescriptionOperations(all: readonly Operation[]): Operation[] {
  const describedWrites = () => all.filter((operation) => operation.describe !== undefined);
  return [
    {
      name: 'api.getAllApis',
      summary: 'The described operations in MISP’s own form',
      path: '/api/getAllApis',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: () =>
        json({
          allValidApis: Object.fromEntries(
            describedWrites().map((operation) => [pathWithoutArguments(operation), describedWire(operation)]),
          ),
          fieldsConstraint: [],
        }),
    },
    {
      name: 'api.getApiInfo',
      summary: 'One described operation in MISP’s own form',
      path: '/api/getApiInfo',
      methods: ['POST', 'GET'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ url: Type.String() }),
      handle: ({ body }) => {
        const { url } = unwrap(body);
        const operation = describedWrites().find((candidate) => pathWithoutArguments(candidate) === url);
        if (operation === undefined) return json([]);
        const { description, mandatory, optional, params } = describedWire(operation);
        const told = { description, mandatory, optional, params };
        return json({ ...told, api_info: told });
      },
    },
  ];
}

/** MISP answers this report at every controller. */
function queryAcl(magpie: Magpie, all: readonly Operation[]): Operation {
  const controllers = new Set(all.map(controllerOf));
  controllers.delete('servers');
  return {
    name: 'servers.queryACL',
    summary: 'Who may call what: all functions, undeclared ones (there are none), or those of a role',
    path: '/servers/queryACL/{report}/{role?}',
    aliases: [...controllers].map((controller) => `/${controller}/queryACL/{report}/{role?}`),
    methods: ['GET', 'POST'],
    permission: 'perm_site_admin',
    effect: 'read',
    handle: async ({ viewer, args }) => {
      const report = args.report?.toLowerCase();
      if (report === 'printallfunctionnames') return json(functionNames(all));
      if (report === 'findmissingfunctionnames') return json([]);
      if (report === 'printroleaccess') return json(await roleAccess(magpie, viewer, args.role, all));
      throw new Refused('Invalid function call.');
    },
  };
}

function functionNames(operations: readonly Operation[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const operation of operations) {
    const [place = '', action = ''] = operation.name.split('.');
    const controller = camelCase(controllerOf(operation));
    const known = names[controller] ?? [];
    names[controller] = [...known, place.startsWith('admin/') ? `admin_${action}` : action];
  }
  return names;
}

/** MISP writes controllers so where it names them: `authKeys`; paths take either spelling. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A path in both spellings of its controller. */
function spellings(path: string): string[] {
  const camel = path.replace(/^(?:\/admin)?\/[a-z_]+/, camelCase);
  return camel === path ? [path] : [camel, path];
}

async function roleAccess(
  magpie: Magpie,
  viewer: Viewer,
  argument: string | undefined,
  operations: readonly Operation[],
): Promise<Record<string, unknown>> {
  const id = argument === undefined ? null : readId(argument);
  const roles = await magpie.database.as(viewer, (tx) =>
    tx.query<{ id: number; name: string; flags: string[] }>(
      'select id, name, flags from roles where $1::bigint is null or id = $1 order by id',
      [id],
    ),
  );
  if (argument !== undefined && (id === null || roles.length === 0)) throw new NotFound('Invalid role.');
  return Object.fromEntries(
    roles.map((role) => {
      const holder: Viewer = { ...viewer, flags: new Set(role.flags), readOnly: false };
      const urls = operations
        .filter((operation) => allows(holder, operation.permission))
        .flatMap((operation) => spellings(pathWithoutArguments(operation)));
      return [String(role.id), { name: role.name, urls: [...new Set(urls)].sort() }];
    }),
  );
}

/** What MISP marks as lists among the fields of an event. */
const LISTS_OF_EVENTS = new Set(['Attribute', 'Object', 'Shadow_Attribute', 'EventTag']);

function describedWire(operation: Operation) {
  const [place = '', action = ''] = operation.name.split('.');
  const { description = '', mandatory = [], optional = [] } = operation.describe ?? {};
  const parameters = [...operation.path.matchAll(/\{(\w+)\??\}/g)].map((match) => `${match[1]}_id`);
  return {
    description,
    mandatory,
    optional,
    params: parameters,
    api_name: `[${controllerOf(operation)}] ${place.startsWith('admin/') ? 'admin_' : ''}${action}`,
    controller: controllerOf(operation),
    action: `${place.startsWith('admin/') ? 'admin_' : ''}${action}`,
    body: Object.fromEntries([
      ...mandatory.map((field) => [field, 'mandatory']),
      ...optional.map((field) => [field, LISTS_OF_EVENTS.has(field) ? ['optional'] : 'optional']),
    ]),
    url: [pathWithoutArguments(operation), ...parameters.map((name) => `[${name}]`)].join('/'),
  };
}

function pathWithoutArguments(operation: Operation): string {
  return operation.path.replace(/\/\{.*$/, '');
}
