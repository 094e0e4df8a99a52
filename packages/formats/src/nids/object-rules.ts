import { isIP } from 'node:net';
import type { ExportAttribute } from '../export-attribute.ts';
import { flow, type RuleParts } from './rule-parts.ts';

/** Objects that are one rule together, by the relation that holds their protocol and how the rule tells of them. */
const templates: Readonly<Record<string, { protocol: string; text: string }>> = {
  'network-connection': { protocol: 'layer4-protocol', text: 'Network connection between' },
  ddos: { protocol: 'protocol', text: 'DDOS attack detected between' },
};

/** True for objects that become one rule instead of one for each of their attributes. */
export function isRuleObject(name: string): boolean {
  return templates[name] !== undefined;
}

const PROTOCOLS = new Set(['tcp', 'udp', 'icmp', 'ip']);

/** The rule of one object, from its attributes. */
export function objectRule(name: string, attributes: readonly ExportAttribute[]): RuleParts[] {
  const template = templates[name];
  if (template === undefined) return [];
  const value = (relation: string) => attributes.find((row) => row.objectRelation === relation)?.value1 ?? '';
  const address = (relation: string) => (isIP(value(relation)) === 0 ? '$HOME_NET' : value(relation));
  const port = (relation: string) => (/^\d{1,5}$/.test(value(relation)) ? value(relation) : 'any');
  const protocol = value(template.protocol).toLowerCase();
  const [from, to] = [address('ip-src'), address('ip-dst')];
  const parts = flow(PROTOCOLS.has(protocol) ? protocol : 'ip', [from, port('src-port')], [to, port('dst-port')]);
  return [{ ...parts, text: `${template.text} ${from} and ${to}`, content: '', tagsSession: false }];
}
