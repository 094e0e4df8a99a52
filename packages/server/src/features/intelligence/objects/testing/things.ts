import { type ApiClient, member } from '@magpie/testkit';
import { expect } from 'vitest';
import { textAt } from './world.ts';

/** An attribute of an object. */
export function text(relation: string, value: string, more: object = {}) {
  return { object_relation: relation, type: 'text', value, ...more };
}

/** An object whose template nobody has here. */
export function unknown(attributes: readonly object[], more: object = {}) {
  return {
    name: 'thing',
    'meta-category': 'misc',
    description: 'A thing',
    template_uuid: '90000000-0000-4000-8000-000000000701',
    template_version: 1,
    distribution: 5,
    Attribute: attributes,
    ...more,
  };
}

/** Adds such an object to an event. */
export async function addThing(client: ApiClient, eventId: string, attributes: readonly object[], more: object = {}) {
  const answer = await client.post(`/objects/add/${eventId}`, unknown(attributes, more));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return { id: textAt(answer, 'Object', 'id'), uuid: textAt(answer, 'Object', 'uuid'), body: answer.body };
}

/** The objects of an event as its view shows them. */
export async function objectsOf(client: ApiClient, eventId: string, suffix = '') {
  const { body } = await client.get(`/events/view/${eventId}${suffix}`);
  return member(body, 'Event', 'Object') as Record<string, unknown>[];
}
