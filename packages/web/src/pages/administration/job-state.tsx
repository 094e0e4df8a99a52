import type { Job } from '../../api/jobs.ts';
import styles from '../../components/chips.module.css';
import { Icon, type IconName } from '../../components/icon.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';

const looks: Readonly<Record<string, { key: MessageKey; icon: IconName; tone: 'ok' | 'danger' | 'info' | 'muted' }>> = {
  Waiting: { key: 'job.waiting', icon: 'draft', tone: 'muted' },
  Running: { key: 'job.running', icon: 'refresh', tone: 'info' },
  Completed: { key: 'job.completed', icon: 'check', tone: 'ok' },
  Failed: { key: 'job.failed', icon: 'warning', tone: 'danger' },
};

/** State of a job with a sign and a word. */
export function JobState({ job }: { readonly job: Job }) {
  const t = useT();
  const look = looks[job.job_status];
  if (look === undefined) return <>{job.job_status}</>;
  return (
    <span className={`${styles.badge} ${styles[look.tone]}`}>
      <Icon name={look.icon} size={14} />
      <span>{t(look.key)}</span>
    </span>
  );
}
