import pg from 'pg';

/** A node of a plan as EXPLAIN (ANALYZE, FORMAT JSON) gives it; only what is looked at. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** One statement that was executed. */
export interface ExecutedPlan {
  readonly sql: string;
  readonly root: PlanNode;
}

/** What a statement did with the tables that grow with the data. */
export interface Cost {
  /** Tables that were read in no order, other than a beginning of them. */
  readonly scanned: readonly string[];
  /** Rows and index entries of large tables that were looked at. */
  readonly touched: number;
}

/** Keeps the plans of what a test runs. */
export interface PlanRecorder {
  /** The plans since the last call. */
  take(): ExecutedPlan[];
  stop(): void;
}

/**
 * Makes a database tell the plan of every statement with the notices of its connections (PostgreSQL's auto_explain,
 * https://www.postgresql.org/docs/current/auto-explain.html): of connections opened from now on.
 */
export async function explainEverything(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const name = pg.escapeIdentifier(client.database ?? '');
    const settings = {
      session_preload_libraries: 'auto_explain',
      'auto_explain.log_min_duration': '0',
      'auto_explain.log_analyze': 'on',
      'auto_explain.log_timing': 'off',
      'auto_explain.log_format': 'json',
      'auto_explain.log_level': 'notice',
      'auto_explain.log_nested_statements': 'on',
      client_min_messages: 'notice',
    };
    await client.query(`load 'auto_explain'`);
    for (const [setting, value] of Object.entries(settings)) {
      await client.query(`alter database ${name} set ${setting} = ${pg.escapeLiteral(value)}`);
    }
    // Pools open new ones in their place, which have the settings.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  } finally {
    await client.end();
  }
}

/** Records the plans that connections of this process are told. */
export function recordPlans(): PlanRecorder {
  const { connect } = pg.Client.prototype;
  let plans: ExecutedPlan[] = [];
  function read(message: string): void {
    const start = message.indexOf('{');
    if (!/^duration: .*plan:/.test(message) || start === -1) return;
    const parsed: { 'Query Text': string; Plan: PlanNode } = JSON.parse(message.slice(start));
    plans.push({ sql: parsed['Query Text'], root: parsed.Plan });
  }
  Reflect.set(pg.Client.prototype, 'connect', function connectAndListen(this: pg.Client, ...args: unknown[]): unknown {
    this.on('notice', (notice) => read(notice.message ?? ''));
    return Reflect.apply(connect, this, args);
  });
  return {
    take() {
      const taken = plans;
      plans = [];
      return taken;
    },
    stop() {
      Reflect.set(pg.Client.prototype, 'connect', connect);
    },
  };
}

/** "Is there any?" looks at a row or two of a table. */
const BEGINNING = 100;

/** What an executed plan did with `large` tables. */
export function costOf(plan: ExecutedPlan, large: ReadonlySet<string>): Cost {
  const scanned: string[] = [];
  let touched = 0;
  for (const node of nodesOf(plan.root)) {
    const relation = node['Relation Name'] ?? tableOfIndex(node['Index Name'], large);
    if (relation === undefined || !large.has(relation)) continue;
    const loops = node['Actual Loops'] ?? 0;
    const counts = [node['Actual Rows'], node['Rows Removed by Filter'], node['Rows Removed by Index Recheck']];
    const rows = loops * counts.reduce((sum: number, count) => sum + (count ?? 0), 0);
    if (node['Node Type'] === 'Seq Scan' && rows > BEGINNING) scanned.push(relation);
    touched += rows;
  }
  return { scanned, touched };
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

/** The scan of an index for a bitmap names no table; indexes are called after theirs. */
function tableOfIndex(index: string | undefined, large: ReadonlySet<string>): string | undefined {
  if (index === undefined) return undefined;
  return [...large].sort((a, b) => b.length - a.length).find((table) => index.startsWith(`${table}_`));
}
