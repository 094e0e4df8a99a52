import type { Json } from '../../stix2/json.ts';
import type { Stix1Reading } from './stix1-reading.ts';
import { itemsOf, jsonAt, objectsOf, plainText, textAt, uuidOf } from './tree.ts';

const threatLevels: Readonly<Record<string, string>> = { High: '1', Medium: '2', Low: '3', Undefined: '4' };

/** What MISP writes into the history of an incident, of today's and of older versions. */
const entries = [
  /^Attribute \(([^()]{0,60}) - ([^()]{0,60})\): (.*)$/s,
  /^attribute\[([^\]]{0,60})\]\[([^\]]{0,60})\]: (.*)$/s,
];

const plain = { uuid: null, comment: '', toIds: false, tags: [], timestamp: null };

/** Reads the history of an incident. */
export function readHistory(reading: Stix1Reading, incident: Json): { tags: string[]; threatLevel: string | null } {
  const tags: string[] = [];
  let threatLevel: string | null = null;
  for (const item of objectsOf(incident, 'history', 'history_items', 'history_item')) {
    const text = plainText(item.journal_entry);
    if (text === '') continue;
    const level = /^Event Threat Level: (.*)$/.exec(text)?.[1];
    const tag = /^MISP Tag: (.*)$/s.exec(text)?.[1];
    const [, category = '', type = '', value = ''] =
      entries.map((entry) => entry.exec(text)).find((match) => match !== null) ?? [];
    if (level !== undefined) threatLevel = threatLevels[level] ?? '4';
    else if (tag !== undefined) tags.push(...(tag.startsWith('misp:tool=') ? [] : [tag]));
    else if (type !== '') reading.addValue({ type, value }, { ...plain, category });
    else reading.addValue({ type: 'comment', value: text }, { ...plain, category: 'Other' });
  }
  return { tags, threatLevel };
}

/** Where CIQ has the names of victims, and MISP's type for each. */
const targets: readonly (readonly [type: string, read: (specification: Json) => string])[] = [
  [
    'target-user',
    (json) => nameAt(jsonAt(json, 'party_name'), jsonAt(json, 'partyname'), 'person_names', 'personname'),
  ],
  [
    'target-org',
    (json) => nameAt(jsonAt(json, 'party_name'), jsonAt(json, 'partyname'), 'organisation_names', 'organisationname'),
  ],
  [
    'target-email',
    (json) =>
      textAt(json, 'electronic_address_identifiers') ||
      textAt(json, 'electronicaddressidentifiers', 'electronicaddressidentifier'),
  ],
  [
    'target-location',
    (json) =>
      textAt(json, 'addresses', 'free_text_address', 'address_lines') ||
      textAt(json, 'addresses', 'address', 'freetextaddress', 'addressline'),
  ],
  [
    'target-external',
    (json) =>
      (textAt(json, 'party_name', 'name_lines') || textAt(json, 'partyname', 'nameline')).replace(
        /^External target: /,
        '',
      ),
  ],
];

function nameAt(own: Json, xml: Json, ownKey: string, xmlKey: string): string {
  return textAt(own, ownKey, 'name_elements') || textAt(xml, xmlKey, 'nameelement');
}

/** Reads who and what an incident affected. */
export function readVictims(reading: Stix1Reading, incident: Json): void {
  const context = { ...plain, category: 'Targeting data' };
  for (const victim of [...objectsOf(incident, 'victims'), ...objectsOf(incident, 'victim')]) {
    const specification = jsonAt(victim, 'specification');
    const found = targets.flatMap(([type, read]) => {
      const value = read(specification);
      return value === '' ? [] : [{ type, value }];
    });
    const name = plainText(victim.name);
    const all = found.length > 0 ? found : name === '' ? [] : [{ type: 'target-org', value: name }];
    for (const value of all.slice(0, 1)) reading.addValue(value, { ...context, uuid: uuidOf(victim.id) });
    if (all.length === 0) reading.skip(plainText(victim.id), 'The victim has no name.');
  }
  for (const asset of objectsOf(incident, 'affected_assets', 'affected_asset')) {
    const [description = ''] = itemsOf(asset, 'description').map(plainText);
    if (description !== '') reading.addValue({ type: 'target-machine', value: description }, context);
  }
}
