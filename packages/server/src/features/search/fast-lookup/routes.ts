import { joinValue } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, TooLarge } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readList, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { findValues, type LookupHit } from './find-values.ts';

/** MISP's limits, of the releases of 2026. */
const MOST_VALUES = 10_000;
const MOST_BYTES = 4096;

const hit = Type.Object({
  value: Type.String({ description: 'As it was asked for.' }),
  match: Type.Union([Type.Literal('exact'), Type.Literal('ip_cidr'), Type.Literal('parent_domain')]),
  Attribute: Type.Record(Type.String(), Type.Unknown()),
});

/** Which of many values are known, at once: for sensors and proxies. */
export function fastLookupOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.fastLookup',
      summary: 'Which of up to 10,000 values are known: exactly, by a network around them, or by a domain above them.',
      path: '/attributes/fastLookup',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({
        value: Type.Union([
          Type.String(),
          Type.Array(Type.String({ maxLength: MOST_BYTES }), { maxItems: MOST_VALUES }),
        ]),
      }),
      response: Type.Object({ status: Type.Literal('ready'), response: Type.Array(hit) }),
      async handle(call) {
        const values = readValues(call.body);
        const hits = await findValues(magpie.database, call.viewer, values);
        return json({ status: 'ready', response: hits.map(hitWire) });
      },
    },
  ];
}

function readValues(body: unknown): string[] {
  const { value, values } = unwrap(body);
  const list = readList(value ?? values);
  if (list === undefined) throw new BadRequest('value is missing.');
  if (list.length > MOST_VALUES) throw new TooLarge(`value takes ${MOST_VALUES} values at most.`);
  return list.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number') throw new BadRequest('value takes a list of texts.');
    const text = String(item);
    if (Buffer.byteLength(text) > MOST_BYTES) throw new TooLarge(`A value has ${MOST_BYTES} bytes at most.`);
    if (text.includes('\0')) throw new BadRequest('value takes a list of texts.');
    return text;
  });
}

function hitWire({ value, match, attribute }: LookupHit): Record<string, unknown> {
  const { id, uuid, event_id, event_uuid, object_id, type, category, value1, value2, to_ids, timestamp } = attribute;
  return {
    value,
    match,
    Attribute: {
      id: String(id),
      uuid,
      event_id: String(event_id),
      event_uuid,
      object_id: String(object_id),
      type,
      category,
      value: joinValue(value1, value2),
      to_ids,
      timestamp: String(timestamp),
    },
  };
}
