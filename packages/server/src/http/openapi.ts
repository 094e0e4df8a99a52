import type { Permission } from '../access/permissions.ts';
import type { Method, Operation } from './operation.ts';

/** What the description says about the instance. */
export interface ApiFacts {
  version: string;
  baseUrl: string;
}

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of all operations (https://spec.openapis.org/oas/v3.1.0), made from the table itself. */
export function describeApi(operations: readonly Operation[], facts: ApiFacts): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    for (const path of pathVariants(operation)) {
      const entry = paths[path.template] ?? {};
      paths[path.template] = entry;
      for (const method of operation.methods) {
        entry[method.toLowerCase()] ??= describeOperation(operation, method, path);
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Magpie',
      version: facts.version,
      description: 'Threat-intelligence sharing through MISP’s REST API.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: facts.baseUrl }],
    security: [{ key: [] }],
    tags: [...new Set(operations.map(controllerOf))].sort().map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'An API key, without a scheme.' },
      },
      schemas: {
        Problem: {
          type: 'object',
          properties: { name: { type: 'string' }, message: { type: 'string' }, url: { type: 'string' }, errors: {} },
        },
      },
    },
  };
}

/** The controller of MISP that an operation belongs to: `admin/users.add` is of `users`. */
export function controllerOf(operation: Operation): string {
  const name = operation.name.split('.')[0] ?? '';
  return name.startsWith('admin/') ? name.slice('admin/'.length) : name;
}

/** The permission in words. */
export function permissionText(permission: Permission): string {
  if (permission === 'public') return 'anybody';
  if (permission === 'any') return 'any user';
  if (typeof permission === 'string') return permission;
  return 'anyOf' in permission ? permission.anyOf.join(' or ') : permission.join(' and ');
}

/** Further paths of an operation, with their verbs where they take only some. */
export function aliasTexts(operation: Operation): string[] {
  return (operation.aliases ?? []).map((alias) =>
    typeof alias === 'string' ? alias : `${alias.methods.join(' ')} ${alias.path}`,
  );
}

interface PathVariant {
  template: string;
  parameters: string[];
}

/** OpenAPI's path parameters are never optional: a path with optional ones stands once for each way to call it. */
function pathVariants(operation: Operation): PathVariant[] {
  const segments = operation.path.split('/').filter((segment) => segment !== '');
  const required = segments.findIndex((segment) => /^\{\w+\?\}$/.test(segment));
  const shortest = required === -1 ? segments.length : required;
  const variants: PathVariant[] = [];
  for (let length = shortest; length <= segments.length; length += 1) {
    const taken = segments.slice(0, length).map((segment) => segment.replace('?}', '}'));
    const parameters = taken.flatMap((segment) => /^\{(\w+)\}$/.exec(segment)?.[1] ?? []);
    variants.push({ template: `/${taken.join('/')}`, parameters });
  }
  return variants;
}

function describeOperation(operation: Operation, method: Method, path: PathVariant): Json {
  const isBodied = operation.body !== undefined && method !== 'GET';
  const answer = operation.response ? { 'application/json': { schema: operation.response } } : undefined;
  return {
    operationId: operationId(operation, method, path),
    summary: operation.summary,
    ...(operation.describe ? { description: operation.describe.description } : {}),
    tags: [controllerOf(operation)],
    'x-permission': permissionText(operation.permission),
    'x-effect': operation.effect,
    ...(operation.aliases ? { 'x-aliases': aliasTexts(operation) } : {}),
    ...(operation.permission === 'public' ? { security: [] } : {}),
    parameters: path.parameters.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(isBodied ? { requestBody: { content: { 'application/json': { schema: operation.body } } } } : {}),
    responses: {
      '200': { description: 'Done.', ...(answer ? { content: answer } : {}) },
      ...(operation.permission === 'public' ? {} : { '403': problem('Not signed in, not allowed, or not valid.') }),
      ...(path.parameters.length > 0 ? { '404': problem('Not there, or not visible to the caller.') } : {}),
    },
  };
}

function operationId(operation: Operation, method: Method, path: PathVariant): string {
  const isMain = method === operation.methods[0] && path.template === operation.path.replaceAll('?}', '}');
  return isMain ? operation.name : `${operation.name}:${method.toLowerCase()}:${path.parameters.length}`;
}

function problem(description: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
