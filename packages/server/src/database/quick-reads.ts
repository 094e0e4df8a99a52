import pg from 'pg';
import type { SqlValue } from './transaction.ts';

/** Single statements as a viewer, at the price of one message to PostgreSQL. */
export interface QuickReads {
  /** Runs `begin`, the statement prepared under `name`, and a commit, sent together; returns the statement's rows. */
  run<Row>(begin: string, statement: { name: string; text: string }, values: readonly SqlValue[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** More than one, so that a slow statement does not hold up all others behind it. */
const CONNECTIONS = 4;

interface Lane {
  client: Promise<pg.Client> | null;
  /** Statements sent and not yet answered. */
  pending: number;
  corked: boolean;
}

/**
 * Opens a few pipelined connections when they are first needed. What is asked in one turn of the event loop goes out
 * in one write a connection: on small statements writing to the socket costs more than all the rest.
 *
 * A statement that fails leaves its own transaction aborted and nothing else: the commit behind it ends it.
 */
export function createQuickReads(settings: pg.ClientConfig): QuickReads {
  const lanes: Lane[] = Array.from({ length: CONNECTIONS }, () => ({ client: null, pending: 0, corked: false }));

  function connect(lane: Lane): Promise<pg.Client> {
    const client = new pg.Client({ ...settings, application_name: 'magpie: quick reads', pipeline: true });
    const opened = client.connect().then(() => client);
    const forget = () => {
      if (lane.client === opened) lane.client = null;
    };
    // A connection that breaks is replaced when the next statement comes; those under way are rejected by pg.
    client.on('error', forget);
    client.on('end', forget);
    opened.catch(forget);
    lane.client = opened;
    return opened;
  }

  function cork(lane: Lane, client: pg.Client): void {
    if (lane.corked) return;
    lane.corked = true;
    const { stream } = client.connection;
    stream.cork();
    setImmediate(() => {
      lane.corked = false;
      stream.uncork();
    });
  }

  function leastBusy(): Lane {
    return lanes.reduce((best, lane) => (lane.pending < best.pending ? lane : best));
  }

  return {
    async run<Row>(begin: string, statement: { name: string; text: string }, values: readonly SqlValue[]) {
      const lane = leastBusy();
      lane.pending += 1;
      try {
        const client = await (lane.client ?? connect(lane));
        cork(lane, client);
        const [began, found, ended] = await Promise.allSettled([
          client.query(begin),
          client.query({ ...statement, values: [...values] }),
          client.query('commit'),
        ]);
        if (began.status === 'rejected') throw began.reason;
        if (found.status === 'rejected') throw found.reason;
        if (ended.status === 'rejected') throw ended.reason;
        const rows: Row[] = found.value.rows;
        return rows;
      } finally {
        lane.pending -= 1;
      }
    },
    async close() {
      const open = lanes.flatMap((lane) => lane.client ?? []);
      await Promise.all(open.map(async (opened) => (await opened).end()));
    },
  };
}
