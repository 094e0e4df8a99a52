/** What the names in a search stand for, and how much of the data that is. */
export interface ResolvedNames {
  /** Names -> ids; a name nobody knows (or the viewer may not see) has none. */
  readonly tags: ReadonlyMap<string, readonly number[]>;
  readonly organisations: ReadonlyMap<string, readonly number[]>;
  /** About how many attributes each tag stands for, those of tagged events included. */
  readonly tagUses: ReadonlyMap<number, number>;
  /** The text that is looked for everywhere stands in so much that it is not gathered first. */
  readonly isCommonText: boolean;
  /** Where tags are on nearly all events: the few that carry none of them, by the ids of the tags (`lackingKey`). */
  readonly lacking: ReadonlyMap<string, readonly number[]>;
}

/**
 * Rows that a condition gathers at most before others are looked at: sorting out more costs seconds, while a walk over
 * the rows, each judged by itself, soon meets a page of them.
 */
export const GATHERED_ROWS = 100_000;

/** Ids of all tags that the texts name. */
export function tagIds(names: Pick<ResolvedNames, 'tags'>, texts: readonly string[]): number[] {
  return [...new Set(texts.flatMap((text) => names.tags.get(text) ?? []))];
}

/** Whether too much carries the tags to gather it. */
export function areCommon(names: Pick<ResolvedNames, 'tagUses'>, ids: readonly number[]): boolean {
  return ids.reduce((sum, id) => sum + (names.tagUses.get(id) ?? 0), 0) > GATHERED_ROWS;
}

/** The few events that carry none of some tags, where it is known that they are few. */
export function eventsLacking(names: Pick<ResolvedNames, 'lacking'>, ids: readonly number[]): readonly number[] | null {
  return names.lacking.get(lackingKey(ids)) ?? null;
}

/** Under what the events are kept that carry none of some tags. */
export function lackingKey(ids: readonly number[]): string {
  return ids.join(',');
}

/** The same, but as if the tags and the text were common: for rows that are judged one by one. */
export function lookedUpForEach(names: ResolvedNames): ResolvedNames {
  const ids = [...names.tags.values()].flat();
  return { ...names, tagUses: new Map(ids.map((id) => [id, Number.POSITIVE_INFINITY])), isCommonText: true };
}
