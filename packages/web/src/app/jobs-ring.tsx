import { useQuery } from '@tanstack/react-query';
import { isActive, jobsQuery } from '../api/jobs.ts';
import { useT } from '../i18n/i18n.tsx';
import { AppLink } from '../routing/app-link.tsx';
import { paths } from '../routing/paths.ts';

const RADIUS = 7;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring in the header while work of one's own runs: how far all of it is, and the way to it. */
export function JobsRing() {
  const t = useT();
  const { data } = useQuery({ ...jobsQuery('mine'), staleTime: 60_000 });
  const active = (data ?? []).filter((row) => isActive(row.Job));
  if (active.length === 0) return null;
  const percent = active.reduce((sum, row) => sum + Number(row.Job.progress), 0) / active.length;
  const label = t('job.ring', { n: active.length });
  return (
    <AppLink to={paths.jobs()} title={label} aria-label={label} style={{ display: 'inline-flex', padding: 4 }}>
      <svg width={20} height={20} viewBox="0 0 20 20" aria-hidden="true">
        <circle cx={10} cy={10} r={RADIUS} fill="none" stroke="var(--line)" strokeWidth={3} />
        <circle
          cx={10}
          cy={10}
          r={RADIUS}
          fill="none"
          stroke="var(--accent)"
          strokeWidth={3}
          strokeDasharray={`${(Math.max(5, percent) / 100) * ROUND} ${ROUND}`}
          transform="rotate(-90 10 10)"
        />
      </svg>
    </AppLink>
  );
}
