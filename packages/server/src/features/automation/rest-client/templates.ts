import type { Operation } from '../../../http/operation.ts';

/** A query to begin with: an operation with the fields that it takes. */
export interface QueryTemplate {
  name: string;
  summary: string;
  method: string;
  url: string;
  /** Fields of the body with an empty value of their kind; null where none is sent. */
  body: Record<string, unknown> | null;
  mandatory: readonly string[];
  optional: readonly string[];
}

/** A template for every operation that the API describes, by path. */
export function queryTemplates(operations: readonly Operation[]): QueryTemplate[] {
  return operations
    .filter((operation) => !operation.answersBrowsers && !operation.rawBody)
    .map((operation) => {
      const [method = 'GET'] = operation.methods.includes('POST') ? ['POST'] : operation.methods;
      return {
        name: operation.name,
        summary: operation.summary,
        method,
        url: operation.path.replaceAll(/\/\{\w+\?\}/g, ''),
        body: method === 'GET' || method === 'DELETE' ? null : emptyBody(operation),
        mandatory: operation.describe?.mandatory ?? [],
        optional: operation.describe?.optional ?? [],
      };
    })
    .sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));
}

function emptyBody(operation: Operation): Record<string, unknown> {
  const schema: unknown = operation.body;
  const properties = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {};
  const fields = Object.keys(properties).length > 0 ? Object.keys(properties) : (operation.describe?.mandatory ?? []);
  return Object.fromEntries(fields.map((field) => [field, emptyValue(properties[field])]));
}

function emptyValue(schema: unknown): unknown {
  const type = isRecord(schema) ? schema.type : undefined;
  if (type === 'array') return [];
  if (type === 'object') return {};
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return 0;
  return '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
