import { table } from '../json.ts';

/** Galaxy types by the STIX object that their clusters become (recorded from misp-stix). */
const typesOfSdo: Readonly<Record<string, readonly string[]>> = {
  location: ['country', 'region', 'stix-2.1-location'],
  vulnerability: ['branded-vulnerability'],
  identity: ['sector'],
  'attack-pattern': [
    'cmtmf-attack-pattern',
    'mitre-attack-pattern',
    'mitre-enterprise-attack-attack-pattern',
    'mitre-ics-techniques',
    'mitre-mobile-attack-attack-pattern',
    'mitre-pre-attack-attack-pattern',
  ],
  'course-of-action': [
    'mitre-course-of-action',
    'mitre-enterprise-attack-course-of-action',
    'mitre-mobile-attack-course-of-action',
  ],
  'intrusion-set': [
    'mitre-enterprise-attack-intrusion-set',
    'mitre-intrusion-set',
    'mitre-mobile-attack-intrusion-set',
    'mitre-pre-attack-intrusion-set',
  ],
  malware: [
    ...['android', 'backdoor', 'banker', 'cryptominers', 'malpedia', 'mitre-enterprise-attack-malware'],
    ...['mitre-ics-software', 'mitre-malware', 'mitre-mobile-attack-malware', 'ransomware', 'stealer'],
  ],
  'threat-actor': ['360net-threat-actor', 'microsoft-activity-group', 'mitre-ics-groups', 'threat-actor'],
  tool: [
    ...['botnet', 'rat', 'exploit-kit', 'tds', 'tool', 'mitre-tool', 'mitre-enterprise-attack-tool'],
    'mitre-mobile-attack-tool',
  ],
};

const roundTrip = [
  ...['attack-pattern', 'campaign', 'course-of-action', 'intrusion-set', 'malware', 'threat-actor', 'tool'],
  'vulnerability',
];

const sdoOfType = new Map<string, string>([
  ...Object.entries(typesOfSdo).flatMap(([sdo, types]) => types.map((type): [string, string] => [type, sdo])),
  ...roundTrip.flatMap((sdo): [string, string][] => [
    [`stix-2.0-${sdo}`, sdo],
    [`stix-2.1-${sdo}`, sdo],
  ]),
]);

/** The STIX type that clusters of a galaxy become; null where it is `x-misp-galaxy-cluster`. */
export function sdoOfGalaxy(galaxyType: string, version: '2.0' | '2.1'): string | null {
  const sdo = sdoOfType.get(galaxyType) ?? null;
  return sdo === 'location' && version === '2.0' ? null : sdo;
}

const pairs: Readonly<Record<string, Readonly<Record<string, string>>>> = table({
  'attack-pattern': { identity: 'targets', location: 'targets', tool: 'uses', vulnerability: 'targets' },
  campaign: {
    'attack-pattern': 'uses',
    identity: 'targets',
    'intrusion-set': 'attributed-to',
    malware: 'uses',
    'threat-actor': 'attributed-to',
    tool: 'uses',
    vulnerability: 'targets',
  },
  'course-of-action': { 'attack-pattern': 'mitigates', tool: 'mitigates' },
  indicator: {
    'attack-pattern': 'indicates',
    campaign: 'indicates',
    'intrusion-set': 'indicates',
    malware: 'indicates',
    'observed-data': 'based-on',
    'threat-actor': 'indicates',
    tool: 'indicates',
  },
  'intrusion-set': {
    'attack-pattern': 'uses',
    identity: 'targets',
    malware: 'uses',
    'threat-actor': 'attributed-to',
    tool: 'uses',
    vulnerability: 'targets',
  },
  malware: { 'attack-pattern': 'uses', 'intrusion-set': 'authored-by', 'threat-actor': 'authored-by' },
  'threat-actor': { 'attack-pattern': 'uses', malware: 'uses', tool: 'uses', vulnerability: 'targets' },
  tool: { identity: 'targets', location: 'targets' },
});

/** The type of the relationship between an element and a cluster on it. */
export function clusterRelation(source: string, target: string): string {
  return pairs[source]?.[target] ?? 'related-to';
}

/** What `external_id` values are named after. */
export function externalSource(id: string): string {
  if (/^CAPEC-/.test(id)) return 'capec';
  if (/^CVE-/.test(id)) return 'cve';
  if (/^CWE-/.test(id)) return 'cwe';
  if (/^MOB-/.test(id)) return 'mitre-mobile-attack';
  if (/^PRE-/.test(id)) return 'mitre-pre-attack';
  if (/^REF-/.test(id)) return 'reference_from_CAPEC';
  if (id.includes('-')) return 'NIST Mobile Threat Catalogue';
  return /^\d+$/.test(id) ? 'WASC' : 'mitre-attack';
}

/** How an element of a cluster becomes a property: `list` keeps every value, `one` the first. */
export interface MetaProperty {
  readonly property: string;
  readonly form: 'list' | 'one' | 'flag' | 'kill chain';
}

const list = (property: string): MetaProperty => ({ property, form: 'list' });
const one = (property: string): MetaProperty => ({ property, form: 'one' });
const killChain: MetaProperty = { property: 'kill_chain_phases', form: 'kill chain' };

const motivations = {
  goals: list('goals'),
  primary_motivation: one('primary_motivation'),
  resource_level: one('resource_level'),
  secondary_motivations: list('secondary_motivations'),
};

/** Elements of clusters by STIX type; everything else becomes `x_misp_…`. */
export const metaProperties: Readonly<Record<string, Readonly<Record<string, MetaProperty>>>> = {
  'attack-pattern': { kill_chain: killChain, synonyms: list('aliases') },
  malware: {
    is_family: { property: 'is_family', form: 'flag' },
    malware_types: list('malware_types'),
    labels: list('malware_types'),
    type: list('malware_types'),
    kill_chain: killChain,
    synonyms: list('aliases'),
    architecture_execution_envs: list('architecture_execution_envs'),
    capabilities: list('capabilities'),
    implementation_languages: list('implementation_languages'),
  },
  'threat-actor': {
    threat_actor_types: list('threat_actor_types'),
    labels: list('threat_actor_types'),
    type: list('threat_actor_types'),
    synonyms: list('aliases'),
    ...motivations,
    personal_motivations: list('personal_motivations'),
    roles: list('roles'),
    sophistication: one('sophistication'),
  },
  tool: {
    tool_types: list('tool_types'),
    labels: list('tool_types'),
    type: list('tool_types'),
    kill_chain: killChain,
    synonyms: list('aliases'),
    tool_version: one('tool_version'),
  },
  'intrusion-set': { synonyms: list('aliases'), ...motivations },
  campaign: { synonyms: list('aliases'), objective: one('objective') },
  location: {
    country: one('country'),
    region: one('region'),
    administrative_area: one('administrative_area'),
  },
  'course-of-action': {},
  vulnerability: {},
  identity: {},
};
