import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatSeen } from '../time/seen.ts';
import { describeTypes } from './catalogue.ts';
import { joinValue } from './composite.ts';
import { type ReadAttributeResult, readAttribute } from './read-attribute.ts';

const folder = '../shared/golden';
const isRecorded = existsSync(folder);

type Json = Record<string, unknown>;

interface Exchange {
  readonly id: string;
  readonly draft: Json;
  readonly answer: Json;
}

/** Where we answer otherwise than the recorded MISP 2.5.1 on purpose. */
const acceptedDifferences: Readonly<Record<string, { why: string; errors?: Json }>> = {
  'attribute_values-036': { why: 'integers are accepted: 2.5.1 refuses every one by mistake' },
  'attribute_values-056': { why: 'the type uuid came after 2.5.1' },
  'attribute_values-107': { why: 'duplicates are found by the server, which knows the event' },
  'attribute_values-116': {
    why: 'the type uuid came after 2.5.1',
    errors: { value: ['The value has to be a valid UUID format.'] },
  },
  'attributes-008': { why: 'duplicates are found by the server, which knows the event' },
  'attributes-010': { why: 'uuids already taken are found by the server' },
};

/** The server lists several values, or computes the value of a sample, before it reads an attribute. */
const notOneAttribute: readonly string[] = ['attributes-005', 'attributes-030'];

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

function readLines(file: string): Json[] {
  return readFileSync(`${folder}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => asJson(JSON.parse(line)));
}

function recordedAdditions(): Exchange[] {
  if (!isRecorded) return [];
  return ['attribute_values.jsonl', 'attributes.jsonl'].flatMap(readLines).flatMap((line) => {
    const request = asJson(line.request);
    const answer = asJson(asJson(line.response).body);
    const applies =
      String(request.path).startsWith('/attributes/add/') &&
      isJson(request.body) &&
      !notOneAttribute.includes(String(line.id)) &&
      (isJson(answer.Attribute) || isJson(answer.errors));
    if (!applies) return [];
    const body = asJson(request.body);
    return [{ id: String(line.id), draft: isJson(body.Attribute) ? body.Attribute : body, answer }];
  });
}

function readAsRecorded({ draft, answer }: Exchange): ReadAttributeResult {
  const now = Number(asJson(answer.Attribute).timestamp ?? 1_795_323_000);
  return readAttribute(draft, { defaultDistribution: 5, inObject: false, now });
}

/** The recorded columns that do not depend on the database. */
function toWire(result: ReadAttributeResult): Json {
  if (!result.ok) return { errors: result.errors };
  const { attribute } = result;
  return {
    type: attribute.type,
    category: attribute.category,
    value1: attribute.value1,
    value2: attribute.value2,
    value: joinValue(attribute.value1, attribute.value2),
    to_ids: attribute.toIds,
    comment: attribute.comment,
    distribution: String(attribute.distribution),
    sharing_group_id: String(attribute.sharingGroupId ?? 0),
    deleted: attribute.deleted,
    disable_correlation: attribute.disableCorrelation,
    object_relation: attribute.objectRelation,
    first_seen: attribute.firstSeen === null ? null : formatSeen(attribute.firstSeen),
    last_seen: attribute.lastSeen === null ? null : formatSeen(attribute.lastSeen),
  };
}

describe.skipIf(!isRecorded)('recorded additions of attributes (need ../shared/golden)', () => {
  const exchanges = recordedAdditions();

  it('are there', () => {
    expect(exchanges.length).toBeGreaterThan(140);
  });

  const same = exchanges.filter(({ id }) => acceptedDifferences[id] === undefined);
  it.each(same)('are judged and stored the same: $id', (exchange) => {
    const recorded = isJson(exchange.answer.Attribute)
      ? expect.objectContaining(toWire(readAsRecorded(exchange)))
      : { errors: exchange.answer.errors };
    if (isJson(exchange.answer.Attribute)) expect(exchange.answer.Attribute).toEqual(recorded);
    else expect(toWire(readAsRecorded(exchange))).toEqual(recorded);
  });

  const different = exchanges.filter(({ id }) => acceptedDifferences[id] !== undefined);
  it.each(different)('are answered otherwise on purpose: $id', (exchange) => {
    const errors = acceptedDifferences[exchange.id]?.errors;
    const result = readAsRecorded(exchange);
    expect(result.ok).toBe(errors === undefined);
    if (errors !== undefined) expect(toWire(result)).toEqual({ errors });
  });
});

describe.skipIf(!isRecorded)('recorded describeTypes (needs ../shared/golden)', () => {
  const later = ['edge-extension-id', 'suricata', 'uuid'];

  it('differs by the types that came later and nothing else', () => {
    const recorded = readLines('instance.jsonl').find((line) => line.id === 'instance-005');
    const theirs = asJson(asJson(asJson(recorded?.response).body).result);
    const ours = describeTypes();
    const withoutLater = (types: readonly string[]) => types.filter((type) => !later.includes(type));
    expect(withoutLater(ours.types)).toEqual(theirs.types);
    expect(ours.categories).toEqual(theirs.categories);
    expect(ours.sane_defaults).toMatchObject(asJson(theirs.sane_defaults));
    for (const [category, types] of Object.entries(asJson(theirs.category_type_mappings))) {
      expect(withoutLater(ours.category_type_mappings[category] ?? [])).toEqual(types);
    }
  });
});
