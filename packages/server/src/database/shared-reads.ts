import type pg from 'pg';
import { arrayLiteral } from './array-literal.ts';
import type { QuickReads } from './quick-reads.ts';

/** A row as PostgreSQL writes its columns. */
export type RawRow = (string | null)[];

/** A statement that answers many who ask the same with other values. */
export interface SharedStatement {
  readonly name: string;
  /**
   * Takes an array for each value, as `$1`, `$2`, …; its first column says whose row it is: the place in the arrays,
   * from 1.
   */
  readonly text: string;
}

/** Reads that wait for one another only as long as PostgreSQL is busy anyway. */
export interface SharedReads {
  /** The rows for these values, without the first column, in a transaction that `begin` opens. */
  run(begin: string, statement: SharedStatement, values: readonly (string | number)[]): Promise<RawRow[]>;
}

/** Statements of one kind under way at once: while PostgreSQL works on one, we prepare the next. */
const UNDER_WAY = 2;
/** Askers that are worth another statement while one is under way; fewer go with the next ... */
const WORTH_IT = 5;
/** ... unless the one under way takes this long, in milliseconds. */
const SLOW_MS = 5;
/** Askers of one statement at most: what they get is held at once. */
const TOGETHER = 16;

interface Asked {
  readonly values: readonly (string | number)[];
  readonly resolve: (rows: RawRow[]) => void;
  readonly reject: (reason: unknown) => void;
}

interface Kind {
  readonly begin: string;
  readonly statement: SharedStatement;
  readonly waiting: Asked[];
  underWay: number;
  sentAt: number;
  isDue: boolean;
}

const asWritten: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/**
 * Puts together what many requests ask at once as the same viewer: starting a statement costs PostgreSQL more than
 * the few probes of an index that a small search is. Under light load everybody has a statement of his own.
 *
 * When a statement of several fails, each is asked again by itself, so that a bad value is nobody else's failure.
 */
export function createSharedReads(quick: QuickReads): SharedReads {
  const kinds = new Map<string, Kind>();

  function kindOf(begin: string, statement: SharedStatement): Kind {
    const key = `${statement.name}\n${begin}`;
    let kind = kinds.get(key);
    if (kind === undefined) {
      kind = { begin, statement, waiting: [], underWay: 0, sentAt: 0, isDue: false };
      kinds.set(key, kind);
    }
    return kind;
  }

  /** After all of this turn of the event loop have asked. */
  function sendSoon(kind: Kind): void {
    if (kind.isDue || !maySend(kind)) return;
    kind.isDue = true;
    setImmediate(() => {
      kind.isDue = false;
      while (kind.waiting.length > 0 && maySend(kind)) void send(kind, kind.waiting.splice(0, TOGETHER));
    });
  }

  function maySend({ underWay, waiting, sentAt }: Kind): boolean {
    if (underWay === 0) return true;
    return underWay < UNDER_WAY && (waiting.length >= WORTH_IT || performance.now() - sentAt > SLOW_MS);
  }

  async function send(kind: Kind, asked: readonly Asked[]): Promise<void> {
    kind.underWay += 1;
    kind.sentAt = performance.now();
    try {
      await answer(kind, asked);
    } finally {
      kind.underWay -= 1;
      if (kind.waiting.length > 0) sendSoon(kind);
      else if (kind.underWay === 0) kinds.delete(`${kind.statement.name}\n${kind.begin}`);
    }
  }

  async function answer(kind: Kind, asked: readonly Asked[]): Promise<void> {
    try {
      const rows = await read(kind, asked);
      for (const [index, one] of asked.entries()) one.resolve(rows[index] ?? []);
    } catch (error) {
      const [only] = asked;
      if (asked.length === 1) only?.reject(error);
      else await Promise.all(asked.map((one) => answer(kind, [one])));
    }
  }

  async function read({ begin, statement }: Kind, asked: readonly Asked[]): Promise<RawRow[][]> {
    const width = asked[0]?.values.length ?? 0;
    const arrays = Array.from({ length: width }, (_, column) =>
      arrayLiteral(asked.map(({ values }) => values[column] ?? null)),
    );
    const query = { ...statement, rowMode: 'array', types: asWritten };
    const found = await quick.run<(string | null)[]>(begin, query, arrays);
    const rows: RawRow[][] = asked.map(() => []);
    for (const [place, ...row] of found) rows[Number(place) - 1]?.push(row);
    return rows;
  }

  return {
    run: (begin, statement, values) =>
      new Promise((resolve, reject) => {
        const kind = kindOf(begin, statement);
        kind.waiting.push({ values, resolve, reject });
        sendSoon(kind);
      }),
  };
}
