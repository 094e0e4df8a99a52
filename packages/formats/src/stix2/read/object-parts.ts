import { hashTypeOf } from '../facts/hashes.ts';
import { sdoTemplates } from '../facts/sdo-templates.ts';
import { ruleTemplates, templates } from '../facts/templates.ts';
import { parseId } from '../ids.ts';
import { child, flag, isJson, type Json, objects, table, text, textOf, texts } from '../json.ts';
import { customName } from '../write/member-values.ts';
import type { Observed } from './observables-of.ts';

/** An attribute of an object, as it is found in STIX. */
export interface FoundPart {
  readonly relation: string;
  readonly value: string;
  /** MISP's type, for where the template is not known. */
  readonly type?: string;
  readonly uuid?: string;
  readonly data?: string;
}

/** What is known of a template: MISP's types of its relations. */
export interface TemplateFacts {
  readonly uuid: string;
  readonly version: string;
  readonly metaCategory: string;
  readonly description: string;
  readonly types: ReadonlyMap<string, string>;
}

/** A value at a path of an observable: texts, one or more. */
export function valuesAt(object: Json, path: string): string[] {
  let at: unknown = object;
  for (const step of path.split('.')) {
    const name = step.replace('[0]', '');
    if (Array.isArray(at)) at = at[0];
    if (!isJson(at) || !Object.hasOwn(at, name)) return [];
    at = at[name];
  }
  return (Array.isArray(at) ? at : [at]).map(textOf).filter((item) => item !== '');
}

const customNames = new WeakMap<TemplateFacts, ReadonlyMap<string, string>>();

/** The relations of a template by the properties that MISP's own writer makes of them. */
function relationsByProperty(facts: TemplateFacts): ReadonlyMap<string, string> {
  const known = customNames.get(facts);
  if (known !== undefined) return known;
  // The first of those that share a property is the one that is meant.
  const made = new Map([...facts.types.keys()].reverse().map((relation) => [customName(relation), relation]));
  customNames.set(facts, made);
  return made;
}

/** The relation that a property of MISP's own stands for: by the template, else by its name. */
function relationOf(property: string, facts: TemplateFacts | undefined): string {
  const named = facts === undefined ? undefined : relationsByProperty(facts).get(property);
  return named ?? property.slice('x_misp_'.length).replaceAll('_', '-');
}

/** What stands under properties of MISP's own. */
export function customParts(object: Json, facts: TemplateFacts | undefined): FoundPart[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (!key.startsWith('x_misp_') || key === 'x_misp_original_names') return [];
    const relation = relationOf(key, facts);
    return (Array.isArray(value) ? value : [value]).flatMap((item): FoundPart[] => {
      if (isJson(item)) return [{ relation, value: text(item, 'value'), data: text(item, 'data') }];
      const found = typeof item === 'boolean' ? (item ? '1' : '0') : textOf(item);
      return found === '' ? [] : [{ relation, value: found }];
    });
  });
}

/** Names that properties have in STIX 2.0 (part 4); misp-stix writes that of processes in STIX 2.1 too. */
const olderNames: Readonly<Record<string, string>> = table({
  created_time: 'created',
  ctime: 'created',
  mtime: 'modified',
  atime: 'accessed',
});

/** The parts of an object of a template that was written as observables. */
export function partsFromObserved(name: string, observed: Observed, facts: TemplateFacts | undefined): FoundPart[] {
  const template = templates[name];
  const main = observed.list.find(({ type }) => type === template?.sco);
  if (template === undefined || main === undefined) return [];
  const parts: FoundPart[] = [];
  for (const [relation, member] of Object.entries(template.members)) {
    if (member.form === 'hash' || relation.startsWith('layer')) continue;
    const values = valuesAt(main, member.to);
    const older = olderNames[member.to];
    if (older !== undefined && values.length === 0) values.push(...valuesAt(main, older));
    for (const value of values) {
      const family = member.to === 'protocols' && /^ipv[46]$/.test(value);
      if (!family) parts.push({ relation, value: member.form === 'flag' ? (flag(value) ? '1' : '0') : value });
    }
  }
  parts.push(...hashParts(main, name));
  parts.push(...referenceParts(main, template.references ?? {}, observed));
  parts.push(...specialParts(name, main, observed, facts));
  parts.push(...customParts(main, facts));
  return parts;
}

function hashParts(main: Json, name: string): FoundPart[] {
  const relations = new Map(
    Object.entries(templates[name]?.members ?? {}).flatMap(([relation, { to, form }]): [string, string][] =>
      form === 'hash' ? [[to, relation]] : [],
    ),
  );
  return Object.entries(child(main, 'hashes')).flatMap(([key, value]) => {
    const type = hashTypeOf(key);
    const relation = type === null ? undefined : (relations.get(type) ?? type);
    return relation === undefined || typeof value !== 'string' ? [] : [{ relation, value }];
  });
}

type References = NonNullable<(typeof templates)[string]['references']>;

function referenceParts(main: Json, references: References, { get }: Observed): FoundPart[] {
  return Object.entries(references).flatMap(([relation, { ref, value }]) =>
    texts(main, ref.replace('[]', '')).flatMap((id) => {
      const target = get(id);
      const found = target === undefined ? '' : text(target, value);
      if (found === '' || target === undefined) return [];
      return [{ relation, value: found, ...ownUuid(target) }];
    }),
  );
}

function ownUuid(object: Json): { uuid?: string } {
  const uuid = parseId(object.id)?.uuid;
  return uuid === undefined ? {} : { uuid };
}

function specialParts(name: string, main: Json, observed: Observed, facts: TemplateFacts | undefined): FoundPart[] {
  const { get, list } = observed;
  if (name === 'file' || name === 'lnk' || name === 'image') return contentParts(name, main, get);
  if (name === 'email') {
    return objects(main, 'body_multipart').flatMap((body): FoundPart[] => {
      const target = get(body.body_raw_ref);
      if (target === undefined) return [];
      return target.type === 'artifact'
        ? [
            {
              relation: 'screenshot',
              value: text(target, 'x_misp_filename'),
              data: text(target, 'payload_bin'),
              ...ownUuid(target),
            },
          ]
        : [{ relation: 'attachment', value: text(target, 'name'), ...ownUuid(target) }];
    });
  }
  if (name === 'process') return parentParts(main, get);
  if (name === 'http-request') {
    return list
      .filter(({ type }) => type === 'domain-name')
      .map((host) => ({ relation: 'host', value: text(host, 'value'), ...ownUuid(host) }));
  }
  if (name === 'netflow') {
    return ['src', 'dst'].flatMap((side) => {
      const address = get(main[`${side}_ref`]);
      const systems = address === undefined ? [] : texts(address, 'belongs_to_refs');
      return systems.flatMap((id) => {
        const system = get(id);
        return system === undefined
          ? []
          : [{ relation: `${side}-as`, value: text(system, 'number'), ...ownUuid(system) }];
      });
    });
  }
  if (name === 'x509') return alternativeNames(text(child(main, 'x509_v3_extensions'), 'subject_alternative_name'));
  if (name === 'pe') return customParts(child(child(main, 'extensions'), 'windows-pebinary-ext'), facts);
  return [];
}

function contentParts(name: string, main: Json, get: Observed['get']): FoundPart[] {
  const content = get(main.content_ref);
  if (content === undefined) return [];
  const file = text(content, 'x_misp_filename') || text(main, 'name');
  const data = text(content, 'payload_bin');
  const md5 = text(child(content, 'hashes'), 'MD5');
  if (data === '') return [];
  const relation = name === 'image' ? 'attachment' : 'malware-sample';
  const value = relation === 'malware-sample' && md5 !== '' ? `${file}|${md5}` : file;
  const url = text(content, 'x_misp_url');
  return [{ relation, value, data, ...ownUuid(content) }, ...(url === '' ? [] : [{ relation: 'url', value: url }])];
}

function parentParts(main: Json, get: Observed['get']): FoundPart[] {
  const children = texts(main, 'child_refs').flatMap((id) => {
    const started = get(id);
    return started === undefined ? [] : [{ relation: 'child-pid', value: text(started, 'pid'), ...ownUuid(started) }];
  });
  const parent = get(main.parent_ref);
  if (parent === undefined) return children;
  const image = get(parent.image_ref ?? parent.binary_ref);
  const named: [string, string][] = [
    ['parent-pid', text(parent, 'pid')],
    ['parent-command-line', text(parent, 'command_line')],
    ['parent-guid', text(parent, 'x_misp_guid')],
    ['parent-process-name', text(parent, 'x_misp_process_name') || text(parent, 'name')],
    ['parent-process-path', text(parent, 'x_misp_process_path')],
    ['parent-image', image === undefined ? '' : text(image, 'name')],
  ];
  return [...children, ...named.flatMap(([relation, value]) => (value === '' ? [] : [{ relation, value }]))];
}

const alternatives: Readonly<Record<string, string>> = {
  'DNS name': 'dns_names',
  email: 'email',
  IP: 'ip',
  RID: 'rid',
  URI: 'uri',
};

function alternativeNames(names: string): FoundPart[] {
  return names.split(',').flatMap((item) => {
    const [label = '', ...rest] = item.split(':');
    const relation = alternatives[label.trim()];
    return relation === undefined || rest.length === 0 ? [] : [{ relation, value: rest.join(':') }];
  });
}

/** The parts of an object that was written as a domain object. */
export function partsFromSdo(name: string, object: Json, facts: TemplateFacts | undefined): FoundPart[] {
  const template = sdoTemplates[name];
  const parts: FoundPart[] = [];
  for (const [relation, [property]] of Object.entries(template?.members ?? scriptMembers)) {
    for (const value of valuesAt(object, property))
      parts.push({ relation, value: value === 'true' ? '1' : value === 'false' ? '0' : value });
  }
  for (const contact of text(object, 'contact_information').split(' / ')) {
    const [relation = '', ...rest] = contact.split(': ');
    if (template?.contacts?.includes(relation)) {
      for (const value of rest.join(': ').split('; ')) parts.push({ relation, value });
    }
  }
  const { precision } = object;
  // Metres (STIX 2.1, section 4.11); MISP has kilometres.
  if (name === 'geolocation' && typeof precision === 'number') {
    parts.push({ relation: 'accuracy-radius', value: String(precision / 1000) });
  }
  for (const reference of objects(object, 'external_references')) {
    const url = text(reference, 'url');
    if (url !== '') parts.push({ relation: 'references', value: url });
    const id = text(reference, 'external_id');
    if (name === 'attack-pattern' && id !== '') parts.push({ relation: 'id', value: id.replace(/^CAPEC-/, '') });
  }
  return [...parts, ...customParts(object, facts)];
}

const scriptMembers: Readonly<Record<string, readonly [string]>> = {
  filename: ['name'],
  comment: ['description'],
  language: ['implementation_languages'],
};

/** The parts of an object that was written as an indicator in a language of its own. */
export function partsFromRule(name: string, object: Json, facts: TemplateFacts | undefined): FoundPart[] {
  const template = ruleTemplates[name];
  if (template === undefined) return [];
  const named: [string | undefined, string][] = [
    [template.pattern, text(object, 'pattern')],
    [template.name, text(object, 'name')],
    [template.description, text(object, 'description')],
    [template.version, text(object, 'pattern_version')],
    ...objects(object, 'external_references').map((item): [string | undefined, string] => [
      template.reference,
      text(item, 'url'),
    ]),
  ];
  const parts = named.flatMap(([relation, value]) =>
    relation === undefined || value === '' ? [] : [{ relation, value }],
  );
  return [...parts, ...customParts(object, facts)];
}
