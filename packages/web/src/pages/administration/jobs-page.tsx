import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { cancelJob, clearJobs, isActive, type JobRow, jobErrorQuery, jobsQuery } from '../../api/jobs.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { jobText } from '../../components/job-text.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { Meter } from '../../components/meter.tsx';
import { StampText } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useOpenedId } from '../../routing/search-state.ts';
import { JobState } from './job-state.tsx';

function Failure({ id }: { readonly id: string }) {
  const { data } = useQuery(jobErrorQuery(id));
  if (data === undefined) return null;
  const text = typeof data.error === 'string' ? data.error : JSON.stringify(data.error, null, 2);
  return <pre className="code-block">{text}</pre>;
}

/** Background work: what runs, how far it is, why it failed; a site administrator sees everybody's. */
export function Page() {
  const t = useT();
  const act = useAct();
  const isAdmin = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery(jobsQuery(isAdmin ? 'index' : 'mine'));
  const [openedId, setOpenedId] = useOpenedId();
  const opened = query.data?.find((row) => row.Job.id === openedId);
  const columns = useMemo<readonly ListColumn<JobRow>[]>(
    () => [
      {
        id: 'id',
        header: t('event.id'),
        width: 64,
        from: 640,
        align: 'end',
        number: (row) => Number(row.Job.id),
        render: (row) => <span className="mono muted">{row.Job.id}</span>,
      },
      {
        id: 'state',
        header: t('job.state'),
        width: 130,
        text: (row) => row.Job.job_status,
        render: (row) => <JobState job={row.Job} />,
      },
      {
        id: 'what',
        header: t('job.what'),
        width: 240,
        grow: 2,
        text: (row) => jobText(t, row.Job),
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpenedId(row.Job.id)}>
            <bdi>{jobText(t, row.Job)}</bdi>
          </button>
        ),
      },
      {
        id: 'progress',
        header: t('job.progress'),
        width: 160,
        number: (row) => Number(row.Job.progress),
        render: (row) => (
          <Meter
            percent={Number(row.Job.progress)}
            label={t('job.progressOf', { name: jobText(t, row.Job) })}
            tone={row.Job.failed ? 'danger' : row.Job.job_status === 'Completed' ? 'ok' : undefined}
          />
        ),
      },
      {
        id: 'message',
        header: t('job.message'),
        width: 220,
        grow: 2,
        text: (row) => row.Job.message,
        render: (row) => <bdi title={row.Job.message}>{row.Job.message}</bdi>,
      },
      {
        id: 'queue',
        header: t('job.queue'),
        width: 90,
        text: (row) => row.Job.worker,
        render: (row) => row.Job.worker,
      },
      {
        id: 'created',
        header: t('log.time'),
        width: 190,
        text: (row) => row.Job.date_created,
        render: (row) => <StampText stamp={row.Job.date_created} />,
      },
    ],
    [t, setOpenedId],
  );
  const clear = (which: 'completed' | 'all') => void act(() => clearJobs(which), t('job.cleared'));
  return (
    <>
      <ListPage
        title={t('nav.jobs')}
        query={query}
        columns={columns}
        keyOf={(row) => row.Job.id}
        nameOf={(row) => jobText(t, row.Job)}
        onOpen={(row) => setOpenedId(row.Job.id)}
        actions={
          isAdmin && (
            <>
              <Button variant="default" onClick={() => clear('completed')}>
                {t('job.clearDone')}
              </Button>
              <Button variant="default" onClick={() => clear('all')}>
                {t('job.clearAll')}
              </Button>
            </>
          )
        }
        empty={{ icon: 'refresh', title: t('job.none'), text: t('job.noneText') }}
      />
      {opened !== undefined && (
        <DetailPanel
          title={jobText(t, opened.Job)}
          onClose={() => setOpenedId(undefined)}
          actions={
            isActive(opened.Job) ? (
              <Button color="danger" onClick={() => void act(() => cancelJob(opened.Job.id), t('job.cancelled'))}>
                {t('job.cancel')}
              </Button>
            ) : undefined
          }
          facts={[
            [t('job.state'), <JobState key="state" job={opened.Job} />],
            [
              t('job.kind'),
              <span key="kind" className="mono">
                {opened.Job.job_type}
              </span>,
            ],
            [t('job.queue'), opened.Job.worker],
            [t('user.organisation'), opened.Org?.name],
            [t('job.started'), <StampText key="started" stamp={opened.Job.date_created} />],
            [t('job.changed'), <StampText key="changed" stamp={opened.Job.date_modified} />],
            [t('job.message'), opened.Job.message],
          ]}
        >
          <Meter percent={Number(opened.Job.progress)} label={t('job.progress')} />
          {isAdmin && opened.Job.failed && <Failure id={opened.Job.id} />}
        </DetailPanel>
      )}
    </>
  );
}
