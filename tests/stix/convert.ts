import {
  type ReadOptions,
  readStix2,
  type StixEvent,
  type StixReading,
  type TemplateFacts,
  writeStix2,
} from '@magpie/formats';
import { typeFacts } from '@magpie/model';
import { readTemplates } from './generate.ts';

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

/** Magpie's reading of a STIX bundle. */
export function fromStix(bundle: Json, templates: ReadOptions['templates'], galaxiesAsTags = true): StixReading {
  return readStix2(bundle, {
    galaxiesAsTags,
    organisationUuid: '00000000-0000-4000-8000-000000000001',
    ...(templates ? { templates } : {}),
    categoryOf: (type) => typeFacts(type)?.defaultCategory ?? null,
    today: '2026-01-01',
  });
}

/** The templates of a folder laid out as MISP's library, as the reader asks for them. */
export function templatesIn(folder: string): (name: string) => TemplateFacts | undefined {
  const known = new Map(
    readTemplates(folder).map((template): [string, TemplateFacts] => [
      template.name,
      {
        uuid: template.uuid,
        version: String(template.version),
        metaCategory: template['meta-category'],
        description: template.description,
        types: new Map(
          Object.entries(template.attributes).map(([relation, facts]) => [relation, facts['misp-attribute']]),
        ),
      },
    ]),
  );
  return (name) => known.get(name);
}
