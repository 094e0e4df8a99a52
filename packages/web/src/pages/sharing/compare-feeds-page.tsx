import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Comparison, comparisonQuery } from '../../api/sharing.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { EmptyState, PageSkeleton } from '../../components/states.tsx';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './compare-feeds.module.css';

const keyOf = (source: { readonly id: string; readonly is_misp_server?: boolean }) =>
  `${source.is_misp_server === true ? 'server' : 'feed'} ${source.id}`;

function Matrix({ rows }: { readonly rows: readonly Comparison[] }) {
  const t = useT();
  const { language } = useTranslator();
  return (
    <div className={styles.frame}>
      <table className={styles.matrix}>
        <caption className="muted">{t('compare.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('compare.source')}</th>
            <th scope="col">{t('compare.values')}</th>
            {rows.map(({ Feed: feed }, place) => (
              <th key={keyOf(feed)} scope="col" title={feed.name}>
                {place + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ Feed: feed }, place) => (
            <tr key={keyOf(feed)}>
              <th scope="row">
                {place + 1}. <bdi>{feed.name}</bdi>
              </th>
              <td>{feed.values.toLocaleString(language)}</td>
              {rows.map(({ Feed: other }) => {
                const found = feed.ComparedFeed.find((one) => keyOf(one) === keyOf(other));
                const percent = found?.overlap_percentage ?? 0;
                const title = t('compare.cell', { n: found?.overlap_count ?? 0, name: feed.name, other: other.name });
                return (
                  <td
                    key={keyOf(other)}
                    title={found === undefined ? undefined : title}
                    style={{ background: `color-mix(in srgb, var(--accent-soft) ${percent}%, transparent)` }}
                  >
                    {found === undefined ? '—' : `${percent} %`}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How much the loaded feeds and instances have in common, each against each. */
export function Page() {
  const t = useT();
  usePageTitle(t('compare.title'));
  const { data, error, refetch } = useQuery(comparisonQuery());
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('compare.title')}</h1>
        <span className="space" />
        <Button component={AppLink} variant="default" to={paths.feeds()}>
          {t('nav.feeds')}
        </Button>
      </div>
      {data.length === 0 ? (
        <EmptyState icon="list" title={t('compare.none')} text={t('compare.noneText')} />
      ) : (
        <Matrix rows={data} />
      )}
    </div>
  );
}
