import { createScorer, isDecayed, type ScorableAttribute } from '../../knowledge/decaying/scoring.ts';
import { prepareWarnings, type Warning } from '../../knowledge/warninglists/attribute-warnings.ts';
import type { Assembly } from './assemble.ts';
import { type LinkedTag, loadEventTags } from './load.ts';
import type { AttributeRow } from './rows.ts';

type Wire = Record<string, unknown>;

/** What the libraries say about an attribute, as a part of its JSON; null where it is to be left out. */
export type NotesOf = (row: AttributeRow) => Wire | null;

/** Hits of warninglists and scores of decaying models, as far as the reader wants them. */
export async function attributeNotes(
  assembly: Assembly,
  rows: readonly AttributeRow[],
  tags: ReadonlyMap<number, readonly LinkedTag[]>,
): Promise<NotesOf> {
  const { magpie, tx, options } = assembly;
  const finder = options.warnings ? await prepareWarnings(magpie, tx) : null;
  const scores = options.decay ? await scoresOf(assembly, rows, tags) : null;
  return (row) => {
    const judged = { type: row.type, value1: row.value1, value2: row.value2, toIds: row.to_ids };
    const warnings = finder?.warnings(judged) ?? [];
    if (warnings.length > 0 && options.warnings === 'leave-out') return null;
    const own = scores?.get(row.id);
    if (options.decay?.excludeDecayed && isDecayed(own)) return null;
    return {
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(own ? { decay_score: own } : {}),
    };
  };
}

async function scoresOf(
  { magpie, tx, options }: Assembly,
  rows: readonly AttributeRow[],
  tags: ReadonlyMap<number, readonly LinkedTag[]>,
) {
  if (!options.decay) return null;
  const eventIds = [...new Set(rows.map((row) => row.event_id))];
  const eventTags = Map.groupBy(await loadEventTags(tx, eventIds, options), (tag) => tag.event_id);
  const score = await createScorer(tx, options.decay, magpie.now());
  return score(
    rows.map(
      (row): ScorableAttribute => ({
        id: row.id,
        type: row.type,
        timestamp: row.timestamp,
        lastSeen: row.last_seen,
        tags: tags.get(row.id) ?? [],
        eventTags: eventTags.get(row.event_id) ?? [],
      }),
    ),
  );
}

/** Gathers the hits of an event's attributes while they are written. */
export interface WarningCollector {
  note(wires: readonly Wire[]): void;
  /** The event's `warnings`: names of the lists by id; nothing without hits. */
  part(): Wire;
}

/** Starts without hits. */
export function collectWarnings(): WarningCollector {
  const names: Record<string, string> = {};
  const note = (wires: readonly Wire[]): void => {
    for (const wire of wires) {
      for (const warning of listOf<Warning>(wire.warnings)) names[warning.warninglist_id] = warning.warninglist_name;
      note(listOf<Wire>(wire.Attribute));
    }
  };
  return { note, part: () => (Object.keys(names).length === 0 ? {} : { warnings: names }) };
}

function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value : [];
}
