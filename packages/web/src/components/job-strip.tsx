import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { cancelJob, isActive, jobsQuery } from '../api/jobs.ts';
import { useT } from '../i18n/i18n.tsx';
import { jobText } from './job-text.ts';
import { Meter } from './meter.tsx';
import { useAct } from './use-act.ts';

/** The own work that is under way, with its progress; loads what starts with `reload` anew when some of it has ended. */
export function JobStrip({ reload }: { readonly reload: string }) {
  const t = useT();
  const act = useAct();
  const client = useQueryClient();
  const { data } = useQuery(jobsQuery('mine'));
  const active = (data ?? []).filter((row) => isActive(row.Job)).slice(0, 3);
  const before = useRef(active.length);
  useEffect(() => {
    if (active.length < before.current) void client.invalidateQueries({ queryKey: [reload] });
    before.current = active.length;
  }, [active.length, client, reload]);
  if (active.length === 0) return null;
  return (
    <div className="toolbar" role="status" style={{ paddingTop: 8 }}>
      {active.map(({ Job: job }) => (
        <div key={job.id} className="job-strip">
          <bdi title={job.message}>{jobText(t, job)}</bdi>
          <Meter percent={Number(job.progress)} label={t('job.progressOf', { name: jobText(t, job) })} />
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void act(() => cancelJob(job.id), t('job.cancelled'))}
          >
            {t('job.cancel')}
          </Button>
        </div>
      ))}
    </div>
  );
}
