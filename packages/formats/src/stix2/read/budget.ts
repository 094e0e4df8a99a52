import { StixRefused } from './bundle.ts';

/** What any document may unfold to, and more for each of its values, of which a long text is several. */
const BASE = 20_000;
const PER_VALUE = 3;
const PIECE_LENGTH = 16;

/**
 * How much a document may unfold to. References let a short document name the same things over and over; what is made of
 * them is counted, so that the work stays in proportion to the document.
 */
export class Budget {
  #left: number;

  /** @param document the parsed document, or the part of it that is read */
  constructor(document: unknown) {
    this.#left = BASE + PER_VALUE * countValues(document);
  }

  /** Counts so many elements, parts or references that are made or followed. Throws `StixRefused` beyond the bound. */
  spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new StixRefused('The document refers to the same things too many times.');
  }
}

/** How many values a text counts for. */
export function piecesOf(text: string): number {
  return 1 + Math.floor(text.length / PIECE_LENGTH);
}

/** Texts, numbers and flags in a value, however deep; a text counts for each piece that a value of a pattern may be. */
function countValues(root: unknown): number {
  let count = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') count += piecesOf(value);
    else if (typeof value !== 'object' || value === null) count += 1;
    else for (const member of value instanceof Map ? value.values() : Object.values(value)) pending.push(member);
  }
  return count;
}
