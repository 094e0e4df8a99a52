import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { ActiveWarninglists } from './active-lists.ts';

/** What of an attribute warninglists look at. */
export interface JudgedAttribute {
  type: string;
  value1: string;
  value2: string;
  toIds: boolean;
}

/** A hit in MISP's JSON. */
export interface Warning {
  value: string;
  match: string;
  warninglist_id: string;
  warninglist_name: string;
  warninglist_category: 'false_positive' | 'known';
  comment?: string;
}

/** Judges attributes by the lists that were enabled when it was made. */
export interface WarningFinder {
  /** What is shown: only attributes with the IDS flag are warned about, unless the instance warns about all. */
  warnings(attribute: JudgedAttribute): Warning[];
  /** Whether any list for its type knows the attribute, whatever the flag. */
  isListed(attribute: JudgedAttribute): boolean;
  /** Every list for its type that knows the attribute, whatever the flag. */
  hits(attribute: Omit<JudgedAttribute, 'toIds'>): Warning[];
}

/** Reads the enabled lists and hands out a judge of attributes. */
export async function prepareWarnings(magpie: Magpie, tx: Transaction): Promise<WarningFinder> {
  const active = await magpie.warninglists.active(tx);
  const isEmpty = active.lists.length === 0;
  const forAll = magpie.settings.get('MISP.warning_for_all');
  return {
    warnings: (attribute) => (!isEmpty && (attribute.toIds || forAll) ? hitsOf(active, attribute) : []),
    isListed: (attribute) => !isEmpty && hitsOf(active, attribute).length > 0,
    hits: (attribute) => (isEmpty ? [] : hitsOf(active, attribute)),
  };
}

/** Halves of a composite value are tested one by one; of each list the first hit counts. */
function hitsOf(active: ActiveWarninglists, attribute: Omit<JudgedAttribute, 'toIds'>): Warning[] {
  const parts = attribute.value2 === '' ? [attribute.value1] : [attribute.value1, attribute.value2];
  const found = new Map<number, Warning>();
  for (const part of parts) {
    for (const { list, entry } of active.hits(part, attribute.type)) {
      if (found.has(list.id)) continue;
      found.set(list.id, {
        value: part,
        match: entry.value,
        warninglist_id: String(list.id),
        warninglist_name: list.name,
        warninglist_category: list.category,
        ...(entry.comment ? { comment: entry.comment } : {}),
      });
    }
  }
  return [...found.values()];
}
