/** What a cluster is in STIX 1. */
export type ClusterKind = 'attack-pattern' | 'malware' | 'tool' | 'vulnerability' | 'threat-actor' | 'course-of-action';

/** Galaxy types that STIX 1 has a place for; clusters of others are told by their tags. */
const types: readonly (readonly [kind: ClusterKind, types: readonly string[]])[] = [
  [
    'attack-pattern',
    [
      ...['cmtmf-attack-pattern', 'mitre-attack-pattern', 'mitre-enterprise-attack-attack-pattern'],
      ...['mitre-ics-techniques', 'mitre-mobile-attack-attack-pattern', 'mitre-pre-attack-attack-pattern'],
    ],
  ],
  [
    'malware',
    [
      ...['android', 'backdoor', 'banker', 'cryptominers', 'malpedia', 'mitre-enterprise-attack-malware'],
      ...['mitre-ics-software', 'mitre-malware', 'mitre-mobile-attack-malware', 'ransomware', 'stealer'],
    ],
  ],
  [
    'tool',
    [
      ...['botnet', 'rat', 'exploit-kit', 'tds', 'tool', 'mitre-tool', 'mitre-enterprise-attack-tool'],
      'mitre-mobile-attack-tool',
    ],
  ],
  ['vulnerability', ['branded-vulnerability']],
  ['threat-actor', ['360net-threat-actor', 'microsoft-activity-group', 'mitre-ics-groups', 'threat-actor']],
  [
    'course-of-action',
    [...['mitre-course-of-action', 'mitre-enterprise-attack-course-of-action'], 'mitre-mobile-attack-course-of-action'],
  ],
];

/** Kinds by galaxy type. */
export const clusterKinds: ReadonlyMap<string, ClusterKind> = new Map(
  types.flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);
