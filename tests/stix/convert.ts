import { type StixEvent, writeStix2 } from '@magpie/formats';

type Json = Record<string, unknown>;

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

async function* pages(items: readonly Json[]): AsyncGenerator<Json[]> {
  yield [...items];
}

/** An event in MISP's JSON as the writer of STIX takes it. */
export function stixEvent(event: Json): StixEvent {
  const { Attribute: attributes, Object: objects, ...head } = event;
  return { head, attributes: pages(list(attributes)), objects: pages(list(objects)) };
}

/** Magpie's STIX bundle of an event. */
export async function toStix(event: Json, version: '2.0' | '2.1'): Promise<{ objects: Json[] } & Json> {
  async function* one() {
    yield stixEvent(event);
  }
  let text = '';
  for await (const piece of writeStix2(one(), { version, bundleUuid: String(event.uuid) })) text += piece;
  return JSON.parse(text);
}
