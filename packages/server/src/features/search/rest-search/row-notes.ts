import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import {
  createScorer,
  type DecayScore,
  type DecayWanted,
  isDecayed,
  type ScorableAttribute,
  type Scorer,
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

/** What libraries say about the rows of a batch: members as `,"key":…`, null for a row that is left out. */
export type RowNotes = (rows: readonly TextRow[]) => Promise<(row: TextRow) => string | null>;

/**
 * Prepares hits of warninglists and scores of decaying models for all batches of a search: models and the numbers of
 * tags are read once. Scores need the event's tags among the columns; without them only the attribute's own count.
 */
export function prepareRowNotes(magpie: Magpie, tx: Transaction, wanted: NotesWanted): RowNotes {
  const isJudged = wanted.warnings || wanted.unlisted;
  const scoreRows = wanted.decay ? prepareScores(tx, wanted.decay, magpie.now()) : null;
  return async (rows) => {
    const finder = isJudged ? await prepareWarnings(magpie, tx) : null;
    const scores = scoreRows ? await scoreRows(rows) : null;
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
  };
}

type ScoreRows = (rows: readonly TextRow[]) => Promise<Map<number, DecayScore[]>>;

function prepareScores(tx: Transaction, wanted: DecayWanted, now: number): ScoreRows {
  let scorer: Scorer | null = null;
  const tags = new Map<number, TagForScore | null>();

  async function learnTags(ids: readonly number[]): Promise<void> {
    const unknown = ids.filter((id) => !tags.has(id));
    if (unknown.length === 0) return;
    for (const id of unknown) tags.set(id, null);
    const found = await tx.prepared<TagForScore & { id: number }>(
      'select id, name, numerical_value from visible_tags where id = any ($1::bigint[])',
      [unknown],
    );
    for (const tag of found) tags.set(tag.id, tag);
  }

  const tagsOf = (links: string | null | undefined) => linkedTagIds([links]).flatMap((id) => tags.get(id) ?? []);
  return async (rows) => {
    scorer ??= await createScorer(tx, wanted, now);
    await learnTags(linkedTagIds(rows.flatMap((row) => [row[at.tags], row[at.event_tags]])));
    return scorer(
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
  };
}

function numberOrNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
