import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readTechniqueMatrix } from './galaxy-matrix.ts';
import type { KeptResults } from './kept-results.ts';
import {
  countActivity,
  countByOrganisation,
  countEverything,
  countOrganisations,
  countSharedValues,
  countSources,
  countTags,
  countTypes,
  countUsers,
  type OrganisationStatisticsRow,
} from './queries.ts';

const DAY_MS = 86_400_000;
const SIGHTING_TYPES = ['sighting', 'false-positive', 'expiration'];

/** What the statistics of one page are counted from. */
export interface Counting {
  magpie: Magpie;
  tx: Transaction;
  viewer: Viewer;
  scope: 'local' | 'external' | 'all';
}

/** MISP's pages of statistics by name. Each counts what the viewer sees. */
export const statisticsPages: Readonly<Record<string, (counting: Counting) => Promise<unknown>>> = {
  data: totals,
  orgs: organisations,
  users,
  tags,
  attributehistogram: typeHistogram,
  sightings,
  galaxymatrix: ({ magpie, tx }) => readTechniqueMatrix(magpie, tx),
};

/** The result of a page, kept for all who see the same. */
export function readStatistics(
  magpie: Magpie,
  kept: KeptResults,
  viewer: Viewer,
  page: string,
  scope: Counting['scope'],
): Promise<unknown> | null {
  const count = Object.hasOwn(statisticsPages, page) ? statisticsPages[page] : undefined;
  if (count === undefined) return null;
  // What was found before organisations were hidden is not shown after that.
  const sight = hidesOrganisations(magpie, viewer) ? 'own' : 'all';
  return kept.get(viewer, `${page} ${scope} ${sight}`, () =>
    magpie.database.as(viewer, (tx) => count({ magpie, tx, viewer, scope })),
  );
}

function starts(magpie: Magpie): { month: number; year: number } {
  const now = new Date(magpie.now() * 1000);
  return {
    month: Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1) / 1000,
    year: Date.UTC(now.getUTCFullYear(), 0, 1) / 1000,
  };
}

async function totals({ magpie, tx }: Counting): Promise<unknown> {
  const { month, year } = starts(magpie);
  const counted = await countEverything(tx, month);
  const people = await magpie.database.aside('count users', (side) => countUsers(side, month, year));
  const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
  const stats = {
    event_count: counted.events,
    event_count_month: counted.events_month,
    attribute_count: counted.attributes,
    attribute_count_month: counted.attributes_month,
    attributes_per_event: Math.round(ratio(counted.attributes, counted.events)),
    // No pairs are stored: this counts the values that several events share.
    correlation_count: await countSharedValues(tx, counted.attributes),
    proposal_count: counted.proposals,
    user_count: people.total,
    user_count_pgp: people.with_key,
    org_count: counted.organisations,
    local_org_count: counted.local_organisations,
    contributing_org_count: counted.contributing,
    average_user_per_org: Number(ratio(people.total, counted.local_organisations).toFixed(1)),
    thread_count: 0,
    thread_count_month: 0,
    post_count: 0,
    post_count_month: 0,
  };
  return { stats: Object.fromEntries(Object.entries(stats).map(([name, n]) => [name, String(n)])) };
}

function hidesOrganisations({ settings }: Magpie, viewer: Viewer): boolean {
  return settings.get('Security.hide_organisation_index_from_users') && !isSiteAdmin(viewer);
}

async function organisations({ magpie, tx, viewer, scope }: Counting): Promise<unknown> {
  const isHidden = hidesOrganisations(magpie, viewer);
  const rows = await countByOrganisation(tx, scope, isHidden ? viewer.organisationId : null);
  const days = lastYear(magpie.now());
  const activity = new Map<number, Record<string, string>>();
  for (const { org_id, day, n } of await countActivity(tx, days[0] ?? '')) {
    activity.set(org_id, { ...activity.get(org_id), [day]: String(n) });
  }
  return Object.fromEntries(rows.map((row) => [row.name, organisationWire(row, activity.get(row.id) ?? {}, days)]));
}

function organisationWire(
  row: OrganisationStatisticsRow,
  activity: Record<string, string>,
  days: readonly string[],
): Record<string, unknown> {
  const { id, name, description, local, contacts, type, sector, nationality } = row;
  return {
    id: String(id),
    name,
    description,
    local,
    contacts,
    type,
    sector,
    nationality,
    ...(row.user_count ? { userCount: String(row.user_count) } : {}),
    ...(row.event_count
      ? {
          eventCount: String(row.event_count),
          attributeCount: String(row.attribute_count ?? 0),
          orgActivity: {
            // MISP's line ends are a backslash and an n here.
            csv: `Date,Close\\n${days.map((day) => `${day},${activity[day] ?? 0}\\n`).join('')}`,
            data: Object.keys(activity).length === 0 ? [] : activity,
            orgId: String(id),
          },
        }
      : {}),
  };
}

/** The days of the last year, today excluded. */
function lastYear(nowSeconds: number): string[] {
  const day = (back: number) => new Date(nowSeconds * 1000 - back * DAY_MS).toISOString().slice(0, 10);
  return Array.from({ length: 365 }, (_, index) => day(365 - index));
}

async function users({ magpie, tx }: Counting): Promise<unknown> {
  const { month, year } = starts(magpie);
  const people = await magpie.database.aside('count users', (side) => countUsers(side, month, year));
  const found = await countOrganisations(tx, month, year);
  const counts = (local: boolean) => {
    const row = found.find((each) => each.local === local);
    return { data: { total: row?.total ?? 0, month: row?.month ?? 0, year: row?.year ?? 0 } };
  };
  return {
    user: { data: { total: people.total, month: people.month, year: people.year } },
    org_local: counts(true),
    org_external: counts(false),
  };
}

async function tags({ tx }: Counting): Promise<unknown> {
  const namespaces = new Map<string, { name: string; size: string }[]>();
  for (const { name, namespace, uses } of await countTags(tx)) {
    const place = namespace ?? 'custom';
    const entries = namespaces.get(place);
    if (entries) entries.push({ name, size: String(uses) });
    else namespaces.set(place, [{ name, size: String(uses) }]);
  }
  const groups = [...namespaces];
  return {
    flatData: Object.fromEntries(
      groups.map(([place, entries]) => [place, Object.fromEntries(entries.map((entry) => [entry.name, entry]))]),
    ),
    treemap: { name: 'tags', children: groups.map(([name, children]) => ({ name, children })) },
  };
}

async function typeHistogram({ tx }: Counting): Promise<unknown> {
  const all = new Map<string, number>();
  const byOrganisation = new Map<string, Map<string, number>>();
  for (const { org_name, type, n } of await countTypes(tx)) {
    const own = byOrganisation.get(org_name) ?? new Map<string, number>();
    byOrganisation.set(org_name, own);
    if (type === null) continue;
    all.set(type, (all.get(type) ?? 0) + n);
    own.set(type, n);
  }
  const sorted = new Map([...all].sort(([a], [b]) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en')));
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, n) => total + n, 0);
  const ranked = [...byOrganisation].sort(([, a], [, b]) => sum(b) - sum(a));
  return [['All organisations', sorted] as const, ...ranked].map(([org_name, counts]) => ({
    data: counts.size === 0 ? [] : Object.fromEntries([...counts].map(([type, n]) => [type, String(n)])),
    org_name,
    total: sum(counts),
  }));
}

async function sightings({ tx, viewer }: Counting): Promise<unknown> {
  const top = new Map<string, number>();
  const events: Record<string, Record<string, string[]>> = {};
  for (const { source, type, n, event_ids } of await countSources(tx, viewer.organisationId)) {
    top.set(source, (top.get(source) ?? 0) + n);
    events[source] = { ...events[source], [SIGHTING_TYPES[type] ?? String(type)]: event_ids.map(String) };
  }
  if (top.size === 0) return { toplist: [], eventids: [] };
  return { toplist: Object.fromEntries([...top].sort(([, a], [, b]) => b - a)), eventids: events };
}
