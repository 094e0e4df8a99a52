import type { ExportAttribute } from '@magpie/formats';
import type { Transaction } from '../../../database/transaction.ts';
import { loadAttributeTags, loadEventTags } from '../../intelligence/events/load.ts';
import { createScorer, type DecayScore, type DecayWanted, isDecayed } from '../../knowledge/decaying/scoring.ts';
import { type AttributeRowsWanted, readAttributeRows } from './attribute-rows.ts';
import type { ExportSearch } from './export-search.ts';

/**
 * The attributes of an export with what decaying models make of them, without those that all models call decayed
 * where that is wanted.
 */
export async function* readScoredRows(
  search: ExportSearch,
  decay: DecayWanted,
  wanted: AttributeRowsWanted,
): AsyncGenerator<ExportAttribute[]> {
  for await (const rows of judgeRows(search, decay, wanted)) {
    yield rows.flatMap(({ row, isLeftOut }) => (isLeftOut ? [] : [row]));
  }
}

/**
 * All attributes of an export with what decaying models make of them, and whether they are to be left out for it. Each
 * batch costs some statements, so that the rows come through a cursor.
 */
export async function* judgeRows(
  search: ExportSearch,
  decay: DecayWanted,
  wanted: AttributeRowsWanted,
): AsyncGenerator<{ row: ExportAttribute; isLeftOut: boolean }[]> {
  const { tx, nowSeconds } = search;
  const score = await createScorer(tx, decay, nowSeconds);
  for await (const rows of readAttributeRows(search, wanted, 'cursor')) {
    const tags = await tagsOf(tx, rows);
    const scores = await score(
      rows.map((row) => ({
        id: Number(row.id),
        type: row.type,
        timestamp: Number(row.timestamp),
        lastSeen: row.lastSeen === null ? null : Date.parse(row.lastSeen) * 1000,
        tags: tags.ofAttribute(row),
        eventTags: tags.ofEvent(row),
      })),
    );
    yield rows.map((row) => {
      const own = scores.get(Number(row.id));
      return {
        row: own === undefined || own.length === 0 ? row : { ...row, decay: summary(own) },
        isLeftOut: decay.excludeDecayed && isDecayed(own),
      };
    });
  }
}

/** All tags count, also those that the export does not show. */
async function tagsOf(tx: Transaction, rows: readonly ExportAttribute[]) {
  const every = { includeAllTags: true };
  const eventIds = new Set(rows.map((row) => Number(row.event.id)));
  const own = await loadAttributeTags(
    tx,
    rows.map((row) => Number(row.id)),
    every,
  );
  const ofAttribute = Map.groupBy(own, (tag) => tag.attribute_id);
  const ofEvent = Map.groupBy(await loadEventTags(tx, [...eventIds], every), (tag) => tag.event_id);
  return {
    ofAttribute: (row: ExportAttribute) => ofAttribute.get(Number(row.id)) ?? [],
    ofEvent: (row: ExportAttribute) => ofEvent.get(Number(row.event.id)) ?? [],
  };
}

/** MISP's columns have room for one score: the mean, and whether any model calls it decayed. */
function summary(scores: readonly DecayScore[]): { score: number; decayed: boolean } {
  const sum = scores.reduce((total, { score }) => total + score, 0);
  return { score: sum / scores.length, decayed: scores.some(({ decayed }) => decayed) };
}
