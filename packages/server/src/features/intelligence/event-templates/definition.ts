import { isTypeInCategory, readUuidShape, typeFacts } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject, readId, readInteger } from '../../../http/lenient.ts';

/** A field, section or reference of a template. */
export interface Element {
  type: string;
  id: string;
  body: JsonObject;
}

const TYPES = new Set([
  ...['section', 'text_block', 'attribute_field', 'object_field', 'tag_field', 'galaxy_field', 'file_field'],
  ...['object_reference'],
]);
const UNLABELLED = new Set(['text_block', 'object_reference']);
const ID = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const VARIABLE = /\{\{([^{}]*)\}\}/g;
const MAX_ELEMENTS = 500;
const MAX_BYTES = 2 ** 20;

/** The elements of a definition; what is no element is left out. */
export function elementsOf(definition: JsonObject): Element[] {
  const list = Array.isArray(definition.structure) ? definition.structure : [];
  return list.flatMap((body) =>
    isObject(body) && typeof body.type === 'string' && typeof body.id === 'string'
      ? [{ type: body.type, id: body.id, body }]
      : [],
  );
}

/**
 * What is wrong with a definition, each with its place; empty when nothing is. The format is that of MISP's event
 * templates, schema version 1 (misp-event-templates, schema_event_template.json). Object templates must be known here.
 */
export async function definitionErrors(tx: Transaction, definition: unknown): Promise<string[]> {
  if (!isObject(definition)) return ['definition: expected an object.'];
  if (Buffer.byteLength(JSON.stringify(definition)) > MAX_BYTES) return ['definition: larger than 1 MiB.'];
  const errors: string[] = [];
  if (readInteger(definition.schema_version) !== 1) errors.push('schema_version: expected 1.');
  if (definition.event_defaults !== undefined && !isObject(definition.event_defaults)) {
    errors.push('event_defaults: expected an object.');
  }
  if (!Array.isArray(definition.structure)) return [...errors, 'structure: expected a list.'];
  if (definition.structure.length > MAX_ELEMENTS) return [...errors, `structure: more than ${MAX_ELEMENTS} elements.`];
  const elements = elementsOf(definition);
  if (elements.length < definition.structure.length) errors.push('structure: every element needs a type and an id.');
  const byId = new Map<string, Element>();
  for (const element of elements) {
    if (byId.has(element.id)) errors.push(`${element.id}: the id is used twice.`);
    byId.set(element.id, element);
    errors.push(...elementErrors(element));
  }
  errors.push(...linkErrors(elements, byId), ...defaultErrors(definition, byId));
  return [...errors, ...(await dependencyErrors(tx, elements))];
}

function elementErrors({ type, id, body }: Element): string[] {
  const errors: string[] = [];
  if (!TYPES.has(type)) return [`${id}: unknown type of element ${type}.`];
  if (!ID.test(id)) errors.push(`${id}: an id is made of letters, digits and underscores and begins with no digit.`);
  if (!UNLABELLED.has(type) && !isText(body.label)) errors.push(`${id}: a label is missing.`);
  if (type === 'text_block' && typeof body.content !== 'string') errors.push(`${id}: content is missing.`);
  if (type === 'attribute_field') {
    const misp = isObject(body.misp) ? body.misp : {};
    const known = typeof misp.type === 'string' && typeFacts(misp.type) !== null;
    if (!known || typeof misp.category !== 'string' || !isTypeInCategory(String(misp.type), misp.category)) {
      errors.push(`${id}: ${misp.type} is no type of the category ${misp.category}.`);
    }
  }
  if (type === 'object_field' && readDependency(body) === null) {
    errors.push(`${id}: object_template needs uuid, name and version.`);
  }
  if (type === 'file_field' && !['attachment', 'malware-sample', undefined].includes(readAs(body))) {
    errors.push(`${id}: a file is an attachment or a malware-sample.`);
  }
  if (type === 'object_reference' && !isText(body.relationship_type)) {
    errors.push(`${id}: relationship_type is missing.`);
  }
  return errors;
}

function readAs(body: JsonObject): string | undefined {
  return body.as === undefined ? undefined : String(body.as);
}

function linkErrors(elements: readonly Element[], byId: ReadonlyMap<string, Element>): string[] {
  return elements.flatMap(({ type, id, body }) => {
    const errors: string[] = [];
    if (body.parent !== undefined && byId.get(String(body.parent))?.type !== 'section') {
      errors.push(`${id}: the parent ${body.parent} is no section.`);
    }
    if (type !== 'object_reference') return errors;
    for (const end of ['from', 'to'] as const) {
      const target = byId.get(String(body[end]));
      const isTarget = target?.type === 'object_field' || (end === 'to' && target?.type === 'attribute_field');
      if (!isTarget) errors.push(`${id}: ${end} leads to no object.`);
    }
    return errors;
  });
}

function defaultErrors(definition: JsonObject, byId: ReadonlyMap<string, Element>): string[] {
  const defaults = isObject(definition.event_defaults) ? definition.event_defaults : {};
  const errors: string[] = [];
  for (const variable of variablesOf(defaults.info_template)) {
    const field = /^field:(.+)$/.exec(variable)?.[1];
    const known = ['date', 'now', 'user'].includes(variable) || (field !== undefined && byId.has(field));
    if (!known) errors.push(`info_template: {{${variable}}} is not known.`);
  }
  const range = (key: string, low: number, high: number) => {
    const value = defaults[key];
    const number = readInteger(value);
    if (value !== undefined && value !== null && (number === null || number < low || number > high)) {
      errors.push(`${key}: expected a number from ${low} to ${high}.`);
    }
  };
  range('distribution', 0, 4);
  range('threat_level_id', 1, 4);
  range('analysis', 0, 2);
  if (readInteger(defaults.distribution) === 4 && readId(defaults.sharing_group_id) === null) {
    errors.push('sharing_group_id: needed with distribution 4.');
  }
  return errors;
}

function variablesOf(template: unknown): string[] {
  return typeof template === 'string' ? [...template.matchAll(VARIABLE)].map((match) => match[1] ?? '') : [];
}

/** The title of an event: `{{date}}`, `{{now}}`, `{{user}}`, `{{field:<id>}}`; what is not filled in becomes nothing. */
export function renderInfo(template: string, values: ReadonlyMap<string, string>): string {
  return template
    .replaceAll(VARIABLE, (_whole, name: string) => values.get(name) ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** An object template that an element is made after. */
export interface Dependency {
  uuid: string;
  name: string;
  /** The lowest that will do; written `minimum_version`, in earlier documents `pinned_version`. */
  version: number;
}

/** The object template of an `object_field`; null when it is not told. */
export function readDependency(body: JsonObject): Dependency | null {
  const template = isObject(body.object_template) ? body.object_template : {};
  const uuid = readUuidShape(template.uuid);
  const version = readId(template.minimum_version ?? template.pinned_version);
  if (uuid === null || version === null || typeof template.name !== 'string') return null;
  return { uuid, version, name: template.name };
}

async function dependencyErrors(tx: Transaction, elements: readonly Element[]): Promise<string[]> {
  const wanted = elements.flatMap(({ type, body }) => (type === 'object_field' ? (readDependency(body) ?? []) : []));
  if (wanted.length === 0) return [];
  const rows = await tx.query<{ uuid: string; version: number }>(
    'select uuid::text as uuid, max(version) as version from object_templates where uuid::text = any ($1::text[]) group by 1',
    [wanted.map(({ uuid }) => uuid)],
  );
  const known = new Map(rows.map(({ uuid, version }) => [uuid, version]));
  return wanted.flatMap(({ uuid, name, version }) => {
    const here = known.get(uuid);
    if (here === undefined) return [`The object template ${name} (${uuid}) is not installed.`];
    return here < version ? [`The object template ${name} is here in version ${here}; ${version} is needed.`] : [];
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
