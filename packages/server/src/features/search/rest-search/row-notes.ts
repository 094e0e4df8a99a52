import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import {
  createScorer,
  type DecayScore,
  type DecayWanted,
  isDecayed,
  type ScorableAttribute,
  type TagForScore,
} from '../../knowledge/decaying/scoring.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import { at } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';
import { linkedTagIds } from './tag-texts.ts';

interface NotesWanted {
  readonly warnings: boolean;
  readonly unlisted: boolean;
  readonly decay: DecayWanted | null;
}

/**
 * Hits of warninglists and scores of decaying models of found rows, as `,"key":…`; null for a row that they leave out.
 * Scores need the event's tags among the columns; without them only the attribute's own count.
 */
export async function rowNotes(
  magpie: Magpie,
  tx: Transaction,
  wanted: NotesWanted,
  rows: readonly TextRow[],
): Promise<(row: TextRow) => string | null> {
  const finder = wanted.warnings || wanted.unlisted ? await prepareWarnings(magpie, tx) : null;
  const scores = wanted.decay ? await scoreRows(tx, wanted.decay, rows, magpie.now()) : null;
  return (row) => {
    const judged = {
      type: row[at.type] ?? '',
      value1: row[at.value1] ?? '',
      value2: row[at.value2] ?? '',
      toIds: row[at.to_ids] === 't',
    };
    if (wanted.unlisted && finder?.isListed(judged)) return null;
    const own = scores?.get(Number(row[at.id]));
    if (wanted.decay?.excludeDecayed && isDecayed(own)) return null;
    const warnings = wanted.warnings ? (finder?.warnings(judged) ?? []) : [];
    return [
      warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : '',
      own ? `,"decay_score":${JSON.stringify(own)}` : '',
    ].join('');
  };
}

async function scoreRows(
  tx: Transaction,
  wanted: DecayWanted,
  rows: readonly TextRow[],
  now: number,
): Promise<Map<number, DecayScore[]>> {
  const score = await createScorer(tx, wanted, now);
  const ids = linkedTagIds(rows.flatMap((row) => [row[at.tags], row[at.event_tags]]));
  const known = await tx.prepared<TagForScore & { id: number }>(
    'select id, name, numerical_value from visible_tags where id = any ($1::bigint[])',
    [ids],
  );
  const byId = new Map(known.map((tag) => [tag.id, tag]));
  const tagsOf = (links: string | null | undefined) =>
    linkedTagIds([links]).flatMap((id) => {
      const tag = byId.get(id);
      return tag ? [tag] : [];
    });
  return score(
    rows.map(
      (row): ScorableAttribute => ({
        id: Number(row[at.id]),
        type: row[at.type] ?? '',
        timestamp: Number(row[at.timestamp]),
        lastSeen: numberOrNull(row[at.last_seen]),
        tags: tagsOf(row[at.tags]),
        eventTags: tagsOf(row[at.event_tags]),
      }),
    ),
  );
}

function numberOrNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
