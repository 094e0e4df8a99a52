import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { isObject } from '../../../http/lenient.ts';
import { selectClusters } from './queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clustersWithElements } from './service.ts';
import { galaxyWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** Clusters by tab and column of their kill chain, as MISP's matrices have them. */
export type Matrix = Record<string, Record<string, Wire[]>>;

/** Events whose tags are counted for one matrix. */
const MOST_EVENTS = 20_000;

/** Places clusters by their elements `kill_chain` (`tab:column`); each cell tells its `external_id` where it has one. */
export async function placeClusters(tx: Transaction, clusters: readonly ClusterRow[]): Promise<Matrix> {
  const matrix: Matrix = Object.create(null);
  for (const cluster of await clustersWithElements(tx, clusters)) {
    for (const { tab, column } of placesOf(cluster)) {
      const columns = matrix[tab] ?? Object.create(null);
      matrix[tab] = columns;
      const cells = columns[column] ?? [];
      columns[column] = cells;
      cells.push({ ...cluster, ...externalId(cluster) });
    }
  }
  return matrix;
}

/** A galaxy as a matrix with how often each cluster occurs. */
export interface ScoredMatrix {
  readonly Galaxy: Wire;
  /** Columns of each tab, in the order of the kill chain. */
  readonly killChainOrders: Record<string, string[]>;
  readonly matrix: Matrix;
  /** By tag name; clusters that do not occur are missing. */
  readonly scores: Record<string, number>;
  readonly maxScore: number;
  /** There are more events than were counted: the newest were. */
  readonly truncated: boolean;
}

/** The matrix of a galaxy with the techniques of one event: once for the event itself, once for each live attribute. */
export async function matrixOfEvent(tx: Transaction, galaxy: GalaxyRow, eventId: number): Promise<ScoredMatrix> {
  const clusters = await clustersOf(tx, galaxy);
  const scores = await tx.query<ScoreRow>(
    `select t.name, count(*) as n from (
       select tag_id from visible_event_tags where event_id = $1
       union all select l.tag_id from visible_attribute_tags l join visible_attributes a on a.id = l.attribute_id
         where l.event_id = $1 and not a.deleted
     ) l join visible_tags t on t.id = l.tag_id where lower(t.name) = any ($2::text[]) group by 1`,
    [eventId, namesOf(clusters)],
  );
  return scoredMatrix(tx, galaxy, clusters, scores, false);
}

/** Events that a search finds, as a condition on `e` with its parameters. */
export interface FoundEvents {
  readonly where: string;
  readonly values: readonly SqlValue[];
}

/** The matrix of a galaxy with how many of the found events bear each technique, themselves or in an attribute. */
export async function matrixOfSearch(tx: Transaction, galaxy: GalaxyRow, found: FoundEvents): Promise<ScoredMatrix> {
  const clusters = await clustersOf(tx, galaxy);
  const events = await tx.query<{ id: number }>(
    `select e.id from visible_events e where ${found.where} order by e.id desc limit ${MOST_EVENTS + 1}`,
    found.values,
  );
  const scores = await tx.query<ScoreRow>(
    `with technique as (select id, name from visible_tags where lower(name) = any ($2::text[]))
     select t.name, count(distinct l.event_id) as n from (
       select tag_id, event_id from visible_event_tags
         where tag_id in (select id from technique) and event_id = any ($1::bigint[])
       union all select l.tag_id, l.event_id from visible_attribute_tags l
         join visible_attributes a on a.id = l.attribute_id
         where l.tag_id in (select id from technique) and l.event_id = any ($1::bigint[]) and not a.deleted
     ) l join technique t on t.id = l.tag_id group by 1`,
    [events.slice(0, MOST_EVENTS).map((event) => event.id), namesOf(clusters)],
  );
  return scoredMatrix(tx, galaxy, clusters, scores, events.length > MOST_EVENTS);
}

interface ScoreRow {
  name: string;
  n: number;
}

function clustersOf(tx: Transaction, galaxy: GalaxyRow): Promise<ClusterRow[]> {
  return selectClusters(tx, galaxy.id, { context: 'all', part: null, organisationId: 0 });
}

function namesOf(clusters: readonly ClusterRow[]): string[] {
  return clusters.map((cluster) => cluster.tag_name.toLowerCase());
}

async function scoredMatrix(
  tx: Transaction,
  galaxy: GalaxyRow,
  clusters: readonly ClusterRow[],
  scores: readonly ScoreRow[],
  truncated: boolean,
): Promise<ScoredMatrix> {
  const matrix = await placeClusters(tx, clusters);
  return {
    Galaxy: galaxyWire(galaxy),
    killChainOrders: killChainOrders(galaxy, matrix),
    matrix: Object.fromEntries(
      Object.entries(matrix).map(([tab, columns]) => [
        tab,
        Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.toSorted(byExternalId)])),
      ]),
    ),
    scores: Object.fromEntries(scores.map(({ name, n }) => [name, n])),
    maxScore: scores.reduce((most, { n }) => Math.max(most, n), 0),
    truncated,
  };
}

/** The galaxy's own order; columns that it does not name come behind. */
function killChainOrders(galaxy: GalaxyRow, matrix: Matrix): Record<string, string[]> {
  const order = isObject(galaxy.kill_chain_order) ? galaxy.kill_chain_order : {};
  return Object.fromEntries(
    Object.entries(matrix).map(([tab, columns]) => {
      const listed = Object.hasOwn(order, tab) ? order[tab] : [];
      const named = Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : [];
      return [tab, [...new Set([...named, ...Object.keys(columns)])]];
    }),
  );
}

function byExternalId(a: Wire, b: Wire): number {
  const [first, second] = [String(a.external_id ?? a.value), String(b.external_id ?? b.value)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The number that a technique has in its source, where it has one. */
function externalId(cluster: Wire): { external_id?: string } {
  const elements: unknown = cluster.GalaxyElement;
  const found = Array.isArray(elements) ? elements.find((element) => element.key === 'external_id') : undefined;
  return typeof found?.value === 'string' ? { external_id: found.value } : {};
}

/** From elements `kill_chain`: `attack-Linux:exfiltration`. */
function placesOf(cluster: Wire): { tab: string; column: string }[] {
  const elements: unknown = cluster.GalaxyElement;
  if (!Array.isArray(elements)) return [];
  return elements.flatMap((element: Wire) => {
    if (element.key !== 'kill_chain' || typeof element.value !== 'string') return [];
    const [tab = '', column = ''] = element.value.split(':');
    return tab === '' || column === '' ? [] : [{ tab, column }];
  });
}

/** The matrix with nothing of its clusters but what a picture shows: the whole one of ATT&CK is 12 MB of JSON. */
export function compactMatrix(scored: ScoredMatrix): ScoredMatrix {
  const cells = (columns: Record<string, Wire[]>) =>
    Object.fromEntries(
      Object.entries(columns).map(([column, clusters]) => [
        column,
        clusters.map(({ id, value, tag_name, external_id }) => ({ id, value, tag_name, external_id })),
      ]),
    );
  const matrix = Object.fromEntries(Object.entries(scored.matrix).map(([tab, columns]) => [tab, cells(columns)]));
  return { ...scored, matrix };
}
