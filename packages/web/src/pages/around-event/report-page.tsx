import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { reportQuery } from '../../api/reports.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { Icon } from '../../components/icon.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { ReportView } from '../reports/report-view.tsx';

/** One report at its own address: `/eventReports/view/ID`. */
export function Page() {
  const go = useGo();
  const { id = '' } = useParams({ strict: false });
  const { data: row, error, refetch } = useQuery(reportQuery(id));
  usePageTitle(row?.EventReport.name);
  if (row === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return (
    <div className="page">
      <ReportView
        key={`${row.EventReport.id}-${row.EventReport.timestamp}`}
        row={row}
        isPage
        onGone={() => void go(paths.reports())}
        back={
          <AppLink to={paths.eventTab(row.Event.id, 'reports')}>
            <Button component="span" variant="subtle" maw="100%" leftSection={<Icon name="left" size={14} />}>
              <bdi className="cut-text">{row.Event.info}</bdi>
            </Button>
          </AppLink>
        }
      />
    </div>
  );
}
