import type { Json } from '../../stix2/json.ts';
import type { Stix1Reading } from './stix1-reading.ts';
import { objectsOf, plainText, textAt, valuesOf } from './tree.ts';

/** The galaxy whose tag a name gets that no known cluster has. */
const fallbacks = {
  'attack-pattern': 'misp-attack-pattern',
  malware: 'ransomware',
  tool: 'tool',
  'threat-actor': 'threat-actor',
  'course-of-action': 'mitre-course-of-action',
  campaign: 'threat-actor',
} as const;

type Kind = keyof typeof fallbacks;

/** Something with a name that may be a cluster. */
export interface Named {
  readonly kind: Kind;
  readonly name: string;
}

/** What a TTP names. */
export function namesOfTtp(ttp: Json): Named[] {
  const behavior = objectsOf(ttp, 'behavior');
  const resources = objectsOf(ttp, 'resources');
  const title = (json: Json) => plainText(json.title) || valuesOf(json.names ?? json.name)[0] || '';
  return [
    ...behavior
      .flatMap((json) => objectsOf(json, 'attack_patterns', 'attack_pattern'))
      .map((json): Named => ({ kind: 'attack-pattern', name: title(json) })),
    ...behavior
      .flatMap((json) => [...objectsOf(json, 'malware_instances'), ...objectsOf(json, 'malware', 'malware_instance')])
      .map((json): Named => ({ kind: 'malware', name: title(json) })),
    ...resources
      .flatMap((json) => objectsOf(json, 'tools', 'tool'))
      .map((json): Named => ({ kind: 'tool', name: plainText(json.name) || plainText(json.title) })),
  ].filter(({ name }) => name !== '');
}

/** What a threat actor or a course of action is called. */
export function nameOf(json: Json): string {
  return plainText(json.title) || textAt(json, 'identity', 'name') || textAt(json, 'names', 'names');
}

/** Tags of what is named: those of known clusters, else one in the galaxy that is nearest. */
export function tagsOfNames(reading: Stix1Reading, named: readonly Named[]): string[] {
  return named.flatMap(({ kind, name }) => {
    const known = reading.options.knownClusters?.get(name.toLowerCase());
    if (known !== undefined && known.length > 0) return known;
    const plain = name.replaceAll('"', "'").slice(0, 200);
    return [`misp-galaxy:${fallbacks[kind]}="${plain}"`];
  });
}
