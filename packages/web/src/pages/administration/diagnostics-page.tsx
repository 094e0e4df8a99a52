import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { oneQuery } from '../../api/rows.ts';
import type { ServerSetting } from '../../api/wire.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import styles from '../../components/chips.module.css';
import { Icon } from '../../components/icon.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

interface Diagnostics {
  readonly version: { readonly current: string; readonly newest: string; readonly upToDate: string };
  readonly finalSettings: readonly ServerSetting[];
}

interface Queue {
  readonly ok: boolean;
  readonly jobCount: number;
  readonly workers: readonly { readonly alive: boolean }[];
}

interface Schema {
  readonly dataSource: string;
  readonly actual_db_version: string;
  readonly expected_db_version: string;
  readonly error: string;
}

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: ReactNode;
}

const isQueue = (value: unknown): value is Queue =>
  typeof value === 'object' && value !== null && 'workers' in value && 'jobCount' in value;

/** State of the instance: one list of checks, what needs attention first. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.diagnostics'));
  const main = useQuery(oneQuery<Diagnostics>('diagnostics', '/servers/serverSettings/diagnostics.json'));
  const workers = useQuery(oneQuery<Readonly<Record<string, unknown>>>('diagnostics', '/servers/getWorkers.json'));
  const schema = useQuery(oneQuery<Schema>('diagnostics', '/servers/dbSchemaDiagnostic.json'));
  const failed = [main, workers, schema].find((query) => query.isError);
  if (failed !== undefined) return <FailurePage error={failed.error} onRetry={() => void failed.refetch()} />;
  if (main.data === undefined || workers.data === undefined || schema.data === undefined) return <PageSkeleton />;
  const { version, finalSettings } = main.data;
  const problems = finalSettings.filter((setting) => (setting.errorMessage ?? '') !== '');
  const checks: Check[] = [
    { name: t('diagnostics.version'), ok: version.upToDate !== 'older', text: version.current },
    {
      name: t('diagnostics.schema'),
      ok: schema.data.error === '' && schema.data.actual_db_version === schema.data.expected_db_version,
      text: t('diagnostics.schemaText', {
        source: schema.data.dataSource,
        actual: schema.data.actual_db_version,
        expected: schema.data.expected_db_version,
      }),
    },
    ...Object.entries(workers.data).flatMap(([name, queue]) =>
      isQueue(queue)
        ? [
            {
              name: t('diagnostics.queue', { name }),
              ok: queue.ok,
              text: t('diagnostics.queueText', { workers: queue.workers.length, jobs: queue.jobCount }),
            },
          ]
        : [],
    ),
    ...problems.map((setting) => ({
      name: setting.setting,
      ok: false,
      text: (
        <>
          <bdi>{setting.errorMessage}</bdi>{' '}
          <AppLink to={`${paths.settings()}?value=${encodeURIComponent(setting.setting)}`}>
            {t('diagnostics.toSetting')}
          </AppLink>
        </>
      ),
    })),
  ];
  const ordered = [...checks.filter((check) => !check.ok), ...checks.filter((check) => check.ok)];
  return (
    <div className="page" style={{ maxWidth: 1000 }}>
      <div className="page-head">
        <h1>{t('nav.diagnostics')}</h1>
        <span className="count">{t('diagnostics.count', { n: checks.filter((check) => !check.ok).length })}</span>
      </div>
      <PlainTable
        label={t('nav.diagnostics')}
        heads={[t('diagnostics.state'), t('diagnostics.check'), t('diagnostics.result')]}
        rows={ordered.map((check) => ({
          key: check.name,
          cells: [
            <span key="state" className={`${styles.badge} ${check.ok ? styles.ok : styles.danger}`}>
              <Icon name={check.ok ? 'check' : 'warning'} size={14} />
              <span>{t(check.ok ? 'diagnostics.ok' : 'diagnostics.problem')}</span>
            </span>,
            check.name,
            check.text,
          ],
        }))}
      />
    </div>
  );
}
