import { table } from '../json.ts';
import type { Form } from './templates.ts';

/** A template whose objects are STIX domain objects. */
export interface SdoTemplate {
  readonly sdo: string;
  /** `null` for templates that STIX 2.0 has no object for. */
  readonly in20: boolean;
  readonly members: Readonly<Record<string, readonly [property: string, form?: Form]>>;
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Relations that stand in `contact_information` as `<relation>: <values>`. */
  readonly contacts?: readonly string[];
  /** Properties that the object may not be without, and what stands in for them. */
  readonly required?: Readonly<Record<string, unknown>>;
}

const contact = ['address', 'e-mail', 'fax-number', 'phone-number'];

/** By the template's name. */
export const sdoTemplates: Readonly<Record<string, SdoTemplate>> = table({
  'attack-pattern': {
    sdo: 'attack-pattern',
    in20: true,
    members: { name: ['name'], summary: ['description'] },
  },
  'course-of-action': {
    sdo: 'course-of-action',
    in20: true,
    members: { name: ['name'], description: ['description'] },
  },
  vulnerability: {
    sdo: 'vulnerability',
    in20: true,
    members: { id: ['name'], description: ['description'] },
  },
  'intrusion-set': {
    sdo: 'intrusion-set',
    in20: true,
    members: {
      name: ['name'],
      description: ['description'],
      aliases: ['aliases', 'list'],
      first_seen: ['first_seen', 'time'],
      last_seen: ['last_seen', 'time'],
      goals: ['goals', 'list'],
      resource_level: ['resource_level'],
      'primary-motivation': ['primary_motivation'],
      'secondary-motivation': ['secondary_motivations', 'list'],
    },
  },
  malware: {
    sdo: 'malware',
    in20: true,
    members: {
      name: ['name'],
      description: ['description'],
      malware_type: ['malware_types', 'list'],
      is_family: ['is_family', 'flag'],
      alias: ['aliases', 'list'],
      first_seen: ['first_seen', 'time'],
      last_seen: ['last_seen', 'time'],
      architecture_execution_env: ['architecture_execution_envs', 'list'],
      implementation_language: ['implementation_languages', 'list'],
      capability: ['capabilities', 'list'],
    },
    required: { is_family: false },
  },
  'malware-analysis': {
    sdo: 'malware-analysis',
    in20: false,
    members: {
      product: ['product'],
      version: ['version'],
      configuration_version: ['configuration_version'],
      module: ['modules', 'list'],
      analysis_engine_version: ['analysis_engine_version'],
      analysis_definition_version: ['analysis_definition_version'],
      submitted_time: ['submitted', 'time'],
      start_time: ['analysis_started', 'time'],
      end_time: ['analysis_ended', 'time'],
      result_name: ['result_name'],
      result: ['result'],
    },
  },
  geolocation: {
    sdo: 'location',
    in20: false,
    members: {
      text: ['description'],
      latitude: ['latitude', 'float'],
      longitude: ['longitude', 'float'],
      region: ['region'],
      countrycode: ['country'],
      city: ['city'],
      address: ['street_address'],
      zipcode: ['postal_code'],
    },
  },
  employee: {
    sdo: 'identity',
    in20: true,
    members: { 'full-name': ['name'], text: ['description'], 'employee-type': ['roles', 'list'] },
    fixed: { identity_class: 'individual' },
    contacts: ['email-address'],
  },
  person: {
    sdo: 'identity',
    in20: true,
    members: { 'full-name': ['name'], text: ['description'], role: ['roles', 'list'] },
    fixed: { identity_class: 'individual' },
    contacts: contact,
  },
  organization: {
    sdo: 'identity',
    in20: true,
    members: { name: ['name'], description: ['description'], role: ['roles', 'list'] },
    fixed: { identity_class: 'organization' },
    contacts: contact,
  },
  'news-agency': {
    sdo: 'identity',
    in20: true,
    members: { name: ['name'] },
    fixed: { identity_class: 'organization' },
    contacts: [...contact, 'link'],
  },
  'legal-entity': {
    sdo: 'identity',
    in20: true,
    members: { name: ['name'], text: ['description'], business: ['sectors', 'list'] },
    fixed: { identity_class: 'organization' },
    contacts: ['phone-number', 'website'],
  },
  identity: {
    sdo: 'identity',
    in20: true,
    members: {
      name: ['name'],
      description: ['description'],
      identity_class: ['identity_class'],
      sectors: ['sectors', 'list'],
      contact_information: ['contact_information'],
      roles: ['roles', 'list'],
    },
    required: { identity_class: 'unknown' },
  },
});
