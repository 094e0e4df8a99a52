import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { oneQuery } from '../../api/rows.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { Meter } from '../../components/meter.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState, PageSkeleton } from '../../components/states.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { type MessageKey, useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

type Numbers = Readonly<Record<string, string>>;

const tiles: readonly (readonly [string, MessageKey, string?])[] = [
  ['event_count', 'statistics.events', 'event_count_month'],
  ['attribute_count', 'statistics.attributes', 'attribute_count_month'],
  ['attributes_per_event', 'statistics.perEvent'],
  ['correlation_count', 'statistics.correlations'],
  ['proposal_count', 'statistics.proposals'],
  ['user_count', 'statistics.users'],
  ['org_count', 'statistics.organisations'],
  ['local_org_count', 'statistics.localOrganisations'],
  ['contributing_org_count', 'statistics.contributing'],
];

function Totals() {
  const t = useT();
  const { language } = useTranslator();
  const query = useQuery(oneQuery<{ readonly stats: Numbers }>('statistics', '/users/statistics.json'));
  if (query.data === undefined)
    return query.isError ? <FailurePage error={query.error} onRetry={() => void query.refetch()} /> : <PageSkeleton />;
  const { stats } = query.data;
  const number = (name: string) => Number(stats[name] ?? 0);
  return (
    <div className="fact-tiles">
      {tiles.map(([name, key, month]) => (
        <div key={name} className="fact-tile">
          <span className="muted">{t(key)}</span>
          <strong>{number(name).toLocaleString(language)}</strong>
          {month !== undefined && <span className="muted">{t('statistics.month', { n: number(month) })}</span>}
        </div>
      ))}
    </div>
  );
}

/** Names with how often each occurs, as bars and numbers, the most first. */
function Bars(props: { readonly counts: Numbers; readonly label: string; readonly link?: (name: string) => string }) {
  const t = useT();
  const { language } = useTranslator();
  const entries = Object.entries(props.counts).sort((a, b) => Number(b[1]) - Number(a[1]));
  const most = Number(entries[0]?.[1] ?? 1);
  if (entries.length === 0) return <EmptyState icon="list" title={t('statistics.nothing')} />;
  return (
    <PlainTable
      label={props.label}
      heads={[props.label, t('statistics.count')]}
      rows={entries.slice(0, 200).map(([name, count]) => ({
        key: name,
        cells: [
          props.link === undefined ? (
            <span key="name">{name}</span>
          ) : (
            <AppLink key="name" className="link-cell" to={props.link(name)}>
              <bdi>{name}</bdi>
            </AppLink>
          ),
          <Meter
            key="count"
            percent={(100 * Number(count)) / most}
            label={name}
            text={Number(count).toLocaleString(language)}
          />,
        ],
      }))}
    />
  );
}

function TypeBars() {
  const t = useT();
  const { data, isError, error } = useQuery(
    oneQuery<readonly { readonly data: Numbers }[]>('statistics', '/users/statistics/attributehistogram.json'),
  );
  if (data === undefined) return isError ? <FailurePage error={error} /> : <PageSkeleton />;
  // The first part counts all organisations, the others one each.
  return <Bars counts={data[0]?.data ?? {}} label={t('attribute.type')} />;
}

type TagTree = Readonly<Record<string, Readonly<Record<string, { readonly name: string; readonly size: string }>>>>;

function TagBars() {
  const t = useT();
  const { data, isError, error } = useQuery(
    oneQuery<{ readonly flatData?: TagTree }>('statistics', '/users/statistics/tags.json'),
  );
  if (data === undefined) return isError ? <FailurePage error={error} /> : <PageSkeleton />;
  const tags = Object.values(data.flatData ?? {}).flatMap((group) => Object.values(group));
  const counts = Object.fromEntries(tags.map((tag) => [tag.name, tag.size]));
  return <Bars counts={counts} label={t('event.tag')} link={paths.eventsWithTag} />;
}

interface OrganisationRow {
  readonly id: string;
  readonly name: string;
  readonly eventCount?: string;
  readonly attributeCount?: string;
  readonly userCount?: string;
}

function OrganisationTable() {
  const { t, language } = useTranslator();
  const { data, isError, error } = useQuery(
    oneQuery<Readonly<Record<string, OrganisationRow>>>('statistics', '/users/statistics/orgs/scope:all.json'),
  );
  if (data === undefined) return isError ? <FailurePage error={error} /> : <PageSkeleton />;
  const number = (count: string | undefined) => Number(count ?? 0).toLocaleString(language);
  return (
    <PlainTable
      label={t('nav.organisations')}
      heads={[t('user.organisation'), t('statistics.events'), t('statistics.attributes'), t('statistics.users')]}
      numeric={[1, 2, 3]}
      rows={Object.values(data).map((row) => ({
        key: row.id,
        cells: [
          <AppLink key="name" className="link-cell" to={paths.organisation(row.id)}>
            <bdi>{row.name}</bdi>
          </AppLink>,
          number(row.eventCount),
          number(row.attributeCount),
          number(row.userCount),
        ],
      }))}
    />
  );
}

const parts: readonly (readonly [string, MessageKey])[] = [
  ['data', 'statistics.totals'],
  ['attributehistogram', 'statistics.types'],
  ['tags', 'event.tags'],
  ['orgs', 'nav.organisations'],
];

/** What the instance holds, in numbers. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.statistics'));
  const { part: asked } = useParams({ strict: false }) as { readonly part?: string };
  const part = parts.find(([name]) => name === asked)?.[0] ?? 'data';
  return (
    <>
      <TabRow
        label={t('nav.statistics')}
        tabs={parts.map(([name, key]) => ({ path: paths.statistics(name), label: t(key), active: name === part }))}
      />
      <div className="page" style={{ paddingTop: 4, maxWidth: 1000 }}>
        <div className="page-head">
          <h1>{t('nav.statistics')}</h1>
        </div>
        {part === 'attributehistogram' ? (
          <TypeBars />
        ) : part === 'tags' ? (
          <TagBars />
        ) : part === 'orgs' ? (
          <OrganisationTable />
        ) : (
          <Totals />
        )}
      </div>
    </>
  );
}
