import type { StixVersion } from '../facts/attribute-shapes.ts';
import { type SdoTemplate, sdoTemplates } from '../facts/sdo-templates.ts';
import type { RuleTemplate } from '../facts/templates.ts';
import type { Json } from '../json.ts';
import { addCustom, formed, type Part, place, plainValue } from './member-values.ts';

/** The attributes of an object that STIX has no object for. */
export function xMispAttributes(parts: readonly Part[]): Json[] {
  return parts.map(({ type, relation, value, category, comment, toIds, uuid, data }) => ({
    type,
    object_relation: relation,
    value: plainValue(type, value),
    category,
    ...(comment === '' ? {} : { comment }),
    ...(toIds ? { to_ids: true } : {}),
    uuid,
    ...(data === '' ? {} : { data }),
  }));
}

/** A rule as the parts of an indicator; null where it has no text. */
export function ruleParts(
  template: RuleTemplate,
  parts: readonly Part[],
): { pattern: string; patternType: string; patternVersion?: string; properties: Json } | null {
  const first = (relation: string | undefined) => parts.find((part) => part.relation === relation);
  const pattern = first(template.pattern);
  if (pattern === undefined || (template.patternType === 'stix' && !pattern.value.startsWith('['))) return null;
  const name = first(template.name);
  const description = first(template.description);
  const version = first(template.version);
  const used = new Set<Part | undefined>([pattern, name, description, version]);
  const properties: Json = {
    ...(name ? { name: name.value } : {}),
    ...(description ? { description: description.value } : {}),
  };
  const references: Json[] = [];
  for (const part of parts) {
    if (used.has(part)) continue;
    if (part.relation === template.reference) references.push({ source_name: 'url', url: part.value });
    else addCustom(properties, part);
  }
  if (references.length > 0) properties.external_references = references;
  const patternVersion = version?.value.replace(/^stix /, '');
  return {
    pattern: pattern.value,
    patternType: template.patternType,
    ...(patternVersion === undefined ? {} : { patternVersion }),
    properties,
  };
}

/** What a domain object is made of. */
export interface SdoBody {
  readonly sdo: string;
  readonly properties: Json;
  /** Labels that stand before MISP's own. */
  readonly labels: readonly string[];
}

/** An object as a STIX domain object; null where its template has none, or it lacks a name. */
export function sdoProperties(name: string, parts: readonly Part[], version: StixVersion): SdoBody | null {
  if (name === 'script') return scriptBody(parts, version);
  const template = sdoTemplates[name];
  if (template === undefined || (version === '2.0' && !template.in20)) return null;
  const properties = fill(template, parts, version);
  for (const [key, value] of Object.entries(template.required ?? {})) properties[key] ??= value;
  return isComplete(template.sdo, properties) ? settle(template.sdo, properties, version) : null;
}

const references: Readonly<Record<string, Readonly<Record<string, (value: string) => Json>>>> = {
  'attack-pattern': {
    id: (value) => ({ source_name: 'capec', external_id: value.startsWith('CAPEC-') ? value : `CAPEC-${value}` }),
    references: (url) => ({ source_name: url.includes('attack.mitre.org') ? 'mitre-attack' : 'external_url', url }),
  },
  vulnerability: {
    id: (value) => ({ source_name: 'cve', external_id: value }),
    references: (url) => ({ source_name: 'url', url }),
  },
};

/** Properties that STIX 2.0 does not know. */
const newIn21: ReadonlySet<string> = new Set([
  'identity roles',
  ...[
    'aliases',
    'first_seen',
    'last_seen',
    'architecture_execution_envs',
    'implementation_languages',
    'capabilities',
  ].map((property) => `malware ${property}`),
]);

function fill(template: SdoTemplate, parts: readonly Part[], version: StixVersion): Json {
  const properties: Json = {};
  const contacts = new Map<string, string[]>();
  const external: Json[] = [];
  for (const part of parts) {
    const isCapec = template.sdo !== 'attack-pattern' || part.relation !== 'id' || /^(?:CAPEC-)?\d+$/.test(part.value);
    const reference = isCapec ? references[template.sdo]?.[part.relation] : undefined;
    if (reference !== undefined) external.push(reference(part.value));
    if (template.contacts?.includes(part.relation)) {
      contacts.set(part.relation, [...(contacts.get(part.relation) ?? []), part.value]);
      continue;
    }
    if (template.sdo === 'location' && part.relation === 'accuracy-radius' && part.value !== '') {
      properties.precision = Number(part.value) * 1000;
      continue;
    }
    const [property, form = 'text'] = template.members[part.relation] ?? [];
    const isNew = version === '2.0' && newIn21.has(`${template.sdo} ${property}`);
    const value = property === undefined || isNew ? undefined : formed(part, form);
    if (property === undefined || value === undefined || !place(properties, property, value, form)) {
      if (reference === undefined) addCustom(properties, part);
    }
  }
  Object.assign(properties, template.fixed);
  if (contacts.size > 0) {
    const order = template.contacts ?? [];
    properties.contact_information = order
      .flatMap((relation) => (contacts.has(relation) ? [`${relation}: ${contacts.get(relation)?.join('; ')}`] : []))
      .join(' / ');
  }
  if (external.length > 0) properties.external_references = external;
  return properties;
}

function isComplete(sdo: string, properties: Json): boolean {
  if (sdo === 'location') {
    const { latitude, longitude, region, country } = properties;
    return (
      (latitude !== undefined) === (longitude !== undefined) &&
      [latitude, region, country].some((item) => item !== undefined)
    );
  }
  if (sdo === 'malware-analysis') {
    return properties.product !== undefined && properties.result !== undefined;
  }
  return sdo === 'malware' || properties.name !== undefined;
}

/** STIX 2.0 has other places for kinds and for some lists. */
function settle(sdo: string, properties: Json, version: StixVersion): SdoBody {
  if (version === '2.1' || sdo !== 'malware') return { sdo, properties, labels: [] };
  const { malware_types: types, is_family, name, ...others } = properties;
  return {
    sdo,
    properties: {
      name: name ?? 'unknown',
      ...others,
      ...(is_family === undefined ? {} : { x_misp_is_family: is_family }),
    },
    labels: Array.isArray(types) ? types.map(String) : [],
  };
}

/** A script is malware when it is called malicious, else a tool. */
function scriptBody(parts: readonly Part[], version: StixVersion): SdoBody | null {
  const isMalicious = parts.some(({ relation, value }) => relation === 'state' && value === 'Malicious');
  const sdo = isMalicious ? 'malware' : 'tool';
  const hasLanguages = isMalicious && version === '2.1';
  const members: SdoTemplate['members'] = {
    filename: ['name'],
    comment: ['description'],
    ...(hasLanguages ? { language: ['implementation_languages', 'list'] } : {}),
  };
  const properties = fill({ sdo, in20: true, members }, parts, version);
  if (properties.name === undefined) return null;
  if (hasLanguages) properties.is_family = false;
  return settle(sdo, properties, version);
}
