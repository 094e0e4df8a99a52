import {
  createScorer,
  type DecayScore,
  isDecayed,
  type ScorableAttribute,
  scoreEvents,
} from '../../knowledge/decaying/scoring.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import type { Assembly } from './assemble.ts';
import { type LinkedTag, loadAttributeTags, loadEventTags } from './load.ts';
import type { AttributeRow } from './rows.ts';

type Wire = Record<string, unknown>;

/** What the libraries say about an attribute, as a part of its JSON; null where it is to be left out. */
export type NotesOf = (row: AttributeRow) => Wire | null;

/** A score is the same wherever it is read: tags count whether or not they are shown there. */
const EVERY_TAG = { includeAllTags: true } as const;

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
  const eventTags = Map.groupBy(await loadEventTags(tx, eventIds, EVERY_TAG), (tag) => tag.event_id);
  const isWhole = options.includeAllTags === true && options.excludeLocalTags !== true;
  const ids = rows.map((row) => row.id);
  const ownTags = isWhole ? tags : Map.groupBy(await loadAttributeTags(tx, ids, EVERY_TAG), (tag) => tag.attribute_id);
  const score = await createScorer(tx, options.decay, magpie.now());
  return score(
    rows.map(
      (row): ScorableAttribute => ({
        id: row.id,
        type: row.type,
        timestamp: row.timestamp,
        lastSeen: row.last_seen,
        tags: ownTags.get(row.id) ?? [],
        eventTags: eventTags.get(row.event_id) ?? [],
      }),
    ),
  );
}

/** Scores of the events themselves by id, where the reader wants them. */
export async function eventScores(
  { magpie, tx, options }: Assembly,
  events: readonly { id: number; publish_timestamp: number }[],
): Promise<Map<number, DecayScore[]> | null> {
  if (!options.eventScores) return null;
  const ids = events.map((event) => event.id);
  const tags = Map.groupBy(await loadEventTags(tx, ids, EVERY_TAG), (tag) => tag.event_id);
  const scored = events.map((event) => ({
    id: event.id,
    publishTimestamp: event.publish_timestamp,
    tags: tags.get(event.id) ?? [],
  }));
  return scoreEvents(tx, options.eventScores, scored, magpie.now());
}

/** Proposals (in JSON, by what they belong to) with the hits of warninglists, where the reader wants to see them. */
export async function warnProposals(
  { magpie, tx, options }: Assembly,
  proposals: ReadonlyMap<number, Wire[]>,
): Promise<ReadonlyMap<number, Wire[]>> {
  if (options.warnings !== 'show' || proposals.size === 0) return proposals;
  const finder = await prepareWarnings(magpie, tx);
  const warned = (wire: Wire): Wire => {
    const [value1 = '', value2 = ''] = isComposite(wire.type) ? String(wire.value).split('|') : [String(wire.value)];
    const warnings = finder.warnings({ type: String(wire.type), value1, value2, toIds: wire.to_ids === true });
    return warnings.length === 0 ? wire : { ...wire, warnings };
  };
  return new Map([...proposals].map(([id, list]) => [id, list.map(warned)]));
}

function isComposite(type: unknown): boolean {
  return type === 'malware-sample' || (typeof type === 'string' && type.includes('|'));
}
