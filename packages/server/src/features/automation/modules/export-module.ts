import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused, TooLarge } from '../../../errors.ts';
import { isObject, type JsonObject, readObjects } from '../../../http/lenient.ts';
import { decodeBase64 } from '../../intelligence/attachments/prepare.ts';
import { readEvents } from '../../intelligence/events/read.ts';
import type { ReadEventOptions } from '../../intelligence/events/read-options.ts';
import type { OfferedModule } from './modules.ts';

/** Of the events that a module is handed at once: it gets them whole, in one request. */
const MAX_LENGTH = 64 * 2 ** 20;

/** How events are handed to an export module. */
export interface ExportOptions {
  /** In the form of events/view instead of the one that modules expect by default. */
  readonly standard?: boolean;
  readonly reading?: ReadEventOptions;
}

/**
 * The file that an export module makes of events. Throws `TooLarge` when they are too much for one request, `Refused`
 * when the module gives no file.
 */
export async function exportByModule(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  module: OfferedModule,
  ids: readonly number[],
  options: ExportOptions = {},
): Promise<Buffer> {
  const isStandard = options.standard === true || module.descriptor.wantsStandardEvents;
  const data: JsonObject[] = [];
  for await (const event of readWhole(magpie, tx, viewer, ids, options.reading ?? {})) {
    data.push(isStandard ? event : moduleLayout(event));
  }
  const outcome = await magpie.modules.ask(module, { use: 'export', body: { data } });
  if (!outcome.ok) throw new Refused(outcome.message);
  const bytes = typeof outcome.value.data === 'string' ? decodeBase64(outcome.value.data) : null;
  if (bytes === null) throw new Refused('The module gave no file.');
  return bytes;
}

async function* readWhole(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  ids: readonly number[],
  reading: ReadEventOptions,
): AsyncGenerator<JsonObject> {
  let length = 0;
  for await (const { chunks } of readEvents(magpie, tx, viewer, ids, reading)) {
    let text = '';
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > MAX_LENGTH) throw new TooLarge('These events are too large for an export module.');
      text += chunk;
    }
    const event: unknown = JSON.parse(text);
    if (isObject(event)) yield event;
  }
}

const PARTS = ['Org', 'Orgc', 'Attribute', 'Object', 'EventReport', 'Galaxy', 'RelatedEvent', 'ShadowAttribute'];

/** The event beside its parts, and tags as links with their tag: the layout of export modules. */
export function moduleLayout({ Event: event }: JsonObject): JsonObject {
  if (!isObject(event)) return {};
  const parts = Object.fromEntries(PARTS.flatMap((part) => (event[part] === undefined ? [] : [[part, event[part]]])));
  const own = Object.fromEntries(Object.entries(event).filter(([key]) => !PARTS.includes(key) && key !== 'Tag'));
  const objects = readObjects(event.Object).map((object) => ({ ...object, Attribute: withLinks(object.Attribute) }));
  return {
    Event: own,
    ...parts,
    EventTag: linksOf(event.Tag),
    Attribute: withLinks(event.Attribute),
    Object: objects,
  };
}

function withLinks(attributes: unknown): JsonObject[] {
  return readObjects(attributes).map((attribute) => ({ ...attribute, AttributeTag: linksOf(attribute.Tag) }));
}

function linksOf(tags: unknown): JsonObject[] {
  return readObjects(tags).map((tag) => ({ local: tag.local ?? false, Tag: tag }));
}
