/** What a page may cost; costs are in the planner's units, of which a thousand take about ten milliseconds. */
export interface PageBounds {
  /** Gathering and sorting all matches is no matter up to this. */
  readonly cheapCost: number;
  /**
   * Matches expected below this are sorted rather than looked for along the whole table, where a beginning of it has not
   * filled the page.
   */
  readonly fewRows: number;
  /**
   * Counting them beside the page is none up to this. Patterns that no index holds find so little so far apart that even
   * a few cost a look at everything.
   */
  readonly countCost: number;
  /** Matches are counted up to this many: above it a page tells that there are more. */
  readonly countedRows: number;
  /** Ids looked through for the first pages of what is common, before all matches are gathered. */
  readonly beginning: number;
  /** Pages that begin behind so many rows are looked for by the counts of blocks of ids. */
  readonly deep: number;
  /** Who sees less than one in so many attributes has what he sees gathered by its events. */
  readonly narrow: number;
}

/** What counting may take that tells beforehand that there are no matches. */
export const generousBounds = { countCost: 50_000, countedRows: 100_000 };

/** The bounds of a running instance; tests take smaller ones. */
export const usualBounds: PageBounds = {
  cheapCost: 15_000,
  fewRows: 500_000,
  countCost: 25_000,
  countedRows: 100_000,
  beginning: 200_000,
  deep: 10_000,
  narrow: 200,
};

/**
 * The same of objects that are asked for by their attributes. How many objects the attributes stand in is not known to the
 * planner, which expects far too few of what is common.
 */
export const boundsByAttributes: PageBounds = { ...usualBounds, cheapCost: 3000, countCost: 6000 };
