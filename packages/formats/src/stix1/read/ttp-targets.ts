import type { Json } from '../../stix2/json.ts';
import type { FoundPart } from '../../stix2/read/object-parts.ts';
import { readMarkings } from './markings.ts';
import { type Stix1Reading, timestampOf } from './stix1-reading.ts';
import { itemsOf, jsonAt, objectsOf, plainText, textAt, uuidOf } from './tree.ts';

/** Reads what a TTP exploits, and MISP's attack patterns. */
export function readTtpTargets(reading: Stix1Reading, ttp: Json, isOwn: boolean): void {
  const title = plainText(ttp.title);
  if (isOwn && title.endsWith('(MISP Galaxy)')) return;
  const named = /^([^:]*): (.*) \(MISP (Object|Attribute)\)$/s.exec(title);
  const isObject = isOwn && named?.[3] === 'Object';
  if (isObject && named?.[2] === 'attack-pattern') {
    attackPattern(reading, ttp);
    return;
  }
  const targets = objectsOf(ttp, 'exploit_targets', 'exploit_targets', 'exploit_target').map((related) => {
    const inner = jsonAt(related, 'exploit_target');
    return Object.keys(inner).length === 0 ? related : inner;
  });
  for (const target of targets) {
    const context = {
      uuid: uuidOf(target.id),
      category: named === null ? '' : (named[1] ?? ''),
      comment: descriptionOf(target),
      toIds: false,
      tags: readMarkings(ttp),
      timestamp: timestampOf(target) ?? timestampOf(ttp),
    };
    for (const weak of [...objectsOf(target, 'weaknesses'), ...objectsOf(target, 'weakness')]) {
      const parts = [...part('id', weak.cwe_id), ...part('description', weak.description)];
      addWeakPoint(reading, { type: 'weakness', parts, isObject }, context);
    }
    for (const weak of [...objectsOf(target, 'vulnerabilities'), ...objectsOf(target, 'vulnerability')]) {
      const parts = [
        ...part('id', plainText(weak.cve_id) || plainText(weak.title)),
        ...part('summary', weak.description),
        ...part('cvss-score', textAt(weak, 'cvss_score', 'overall_score')),
        ...part('created', weak.discovered_datetime),
        ...part('published', weak.published_datetime),
        ...itemsOf(weak, 'references', 'reference').flatMap((value) => part('references', value)),
      ];
      addWeakPoint(reading, { type: 'vulnerability', parts, isObject }, context);
    }
  }
}

/** A weakness or vulnerability; `isObject` where MISP wrote it as an object. */
interface WeakPoint {
  readonly type: string;
  readonly parts: readonly FoundPart[];
  readonly isObject: boolean;
}

function addWeakPoint(
  reading: Stix1Reading,
  { type, parts, isObject }: WeakPoint,
  context: Parameters<Stix1Reading['addValue']>[1],
): void {
  const [first] = parts;
  if (first === undefined) {
    reading.skip(context.uuid ?? '', `The ${type} holds nothing.`);
    return;
  }
  // A description alone, or more than a number, needs an object.
  if (!isObject && parts.length === 1 && first.relation === 'id') {
    reading.addValue({ type, value: first.value }, context);
    return;
  }
  reading.addNamedObject(type, parts, { ...context, metaCategory: 'vulnerability' });
}

function attackPattern(reading: Stix1Reading, ttp: Json): void {
  const [pattern = {}] = objectsOf(jsonAt(ttp, 'behavior'), 'attack_patterns', 'attack_pattern');
  const texts = itemsOf(pattern, 'description')
    .map(plainText)
    .filter((text) => text !== '');
  const weak = objectsOf(ttp, 'exploit_targets', 'exploit_targets', 'exploit_target').flatMap((related) => {
    const target = jsonAt(related, 'exploit_target');
    return [...objectsOf(target, 'weaknesses'), ...objectsOf(target, 'weakness')];
  });
  const parts = [
    ...part('id', plainText(pattern.capec_id).replace('CAPEC-', '')),
    ...part('name', pattern.title),
    ...part('summary', texts[0]),
    ...weak.flatMap((json) => part('related-weakness', json.cwe_id)),
  ];
  reading.addNamedObject('attack-pattern', parts, {
    uuid: uuidOf(ttp.id),
    category: '',
    comment: descriptionOf(ttp),
    toIds: false,
    tags: readMarkings(ttp),
    timestamp: timestampOf(ttp),
    metaCategory: 'vulnerability',
  });
}

function part(relation: string, value: unknown): FoundPart[] {
  const text = plainText(value);
  return text === '' ? [] : [{ relation, value: text }];
}

function descriptionOf(json: Json): string {
  return itemsOf(json, 'description').map(plainText)[0] ?? '';
}
