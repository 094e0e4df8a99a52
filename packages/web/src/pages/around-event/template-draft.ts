import type { EventTemplate } from '../../api/around-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** Kinds of elements of a template, in the order in which they are offered. */
export const elementTypes = [
  'section',
  'text_block',
  'attribute_field',
  'object_field',
  'tag_field',
  'galaxy_field',
  'file_field',
  'object_reference',
] as const;
export type ElementType = (typeof elementTypes)[number];

/** One element while it is being edited. `body` holds all of it but type and id, also what the page knows nothing of. */
export interface DraftElement {
  /** Stays the same while the element is edited and moved. */
  readonly key: number;
  readonly type: string;
  readonly id: string;
  readonly body: Json;
}

/** A template while it is being edited. */
export interface TemplateDraft {
  readonly name: string;
  readonly description: string;
  readonly distribution: string;
  readonly active: boolean;
  /** Title of the events, with `{{date}}` and `{{field:<id>}}`. */
  readonly info: string;
  readonly eventDistribution: string;
  readonly threatLevel: string;
  readonly analysis: string;
  /** One name a line. */
  readonly tags: string;
  readonly elements: readonly DraftElement[];
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The draft of a stored template, or of a new one. */
export function draftOf(template: EventTemplate | undefined): TemplateDraft {
  const definition: Json = template?.definition ?? {};
  const defaults = isJson(definition.event_defaults) ? definition.event_defaults : {};
  return {
    name: template?.name ?? '',
    description: template?.description ?? '',
    distribution: template?.distribution ?? '0',
    active: template?.active ?? true,
    info: textOf(defaults.info_template),
    eventDistribution: textOf(defaults.distribution),
    threatLevel: textOf(defaults.threat_level_id),
    analysis: textOf(defaults.analysis),
    tags: tagNames(defaults).join('\n'),
    elements: listOf(definition.structure).flatMap((element, key) => {
      if (!isJson(element)) return [];
      const { type, id, ...body } = element;
      return [{ key, type: textOf(type), id: textOf(id), body }];
    }),
  };
}

/** What is stored of a draft; parts of `before` that the page does not show stay as they are. */
export function definitionOf(draft: TemplateDraft, before: EventTemplate | undefined): Json {
  const old: Json = before?.definition ?? {};
  const oldDefaults = isJson(old.event_defaults) ? old.event_defaults : {};
  const oldTags = listOf(oldDefaults.tags).filter(isJson);
  const names = linesOf(draft.tags);
  const event_defaults = withoutEmpty({
    ...oldDefaults,
    info_template: draft.info.trim(),
    distribution: numberOf(draft.eventDistribution),
    threat_level_id: numberOf(draft.threatLevel),
    analysis: numberOf(draft.analysis),
    tags: names.map((name) => oldTags.find((tag) => tag.name === name) ?? { name }),
  });
  return {
    ...old,
    schema_version: 1,
    name: draft.name.trim(),
    description: draft.description,
    event_defaults,
    structure: draft.elements.map(({ type, id, body }) => ({ type, id, ...withoutEmpty(body) })),
  };
}

/** A new element with an id that no other has. */
export function newElement(type: ElementType, elements: readonly DraftElement[]): DraftElement {
  const key = Math.max(0, ...elements.map((element) => element.key)) + 1;
  const used = new Set(elements.map((element) => element.id));
  let n = 1;
  while (used.has(`${type}_${n}`)) n += 1;
  return { key, type, id: `${type}_${n}`, body: {} };
}

/** Gives an element another id; what refers to it follows. */
export function renameElement(elements: readonly DraftElement[], key: number, id: string): readonly DraftElement[] {
  const old = elements.find((element) => element.key === key)?.id;
  return elements.map((element) => {
    const body = Object.fromEntries(
      Object.entries(element.body).map(([name, value]) => [
        name,
        (name === 'parent' || name === 'from' || name === 'to') && value === old ? id : value,
      ]),
    );
    return element.key === key ? { ...element, id } : { ...element, body };
  });
}

/** Moves an element by one place. */
export function moveElement(elements: readonly DraftElement[], key: number, by: -1 | 1): readonly DraftElement[] {
  const from = elements.findIndex((element) => element.key === key);
  const moved = elements[from];
  const to = from + by;
  if (moved === undefined || to < 0 || to >= elements.length) return elements;
  return elements.toSpliced(from, 1).toSpliced(to, 0, moved);
}

/** The lines of a text, without blank ones. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function tagNames(defaults: Json): string[] {
  return listOf(defaults.tags).flatMap((tag) => (isJson(tag) && typeof tag.name === 'string' ? [tag.name] : []));
}

function numberOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}

/** Without what was left empty: absent and empty mean the same to the server. */
function withoutEmpty(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, entry]) => entry !== undefined && entry !== '' && !(Array.isArray(entry) && entry.length === 0),
    ),
  );
}
