import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reportsQuery } from '../../api/reports.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { ReportExtract } from '../reports/report-extract.tsx';

/** The newest report of an event, with what it names to be added to the event. */
export function ImportedReport({ eventId }: { readonly eventId: string }) {
  const t = useT();
  const session = useSession();
  const { data: rows, error } = useQuery(reportsQuery(eventId));
  const [done, setDone] = useState(false);
  if (error !== null) return <ErrorBox error={error} />;
  if (rows === undefined) return <Skeleton height={120} />;
  const [newest] = [...rows].sort((a, b) => Number(b.EventReport.id) - Number(a.EventReport.id));
  if (newest === undefined) return null;
  const { id, name } = newest.EventReport;
  return (
    <section aria-label={t('import.extract', { name })}>
      <h4>
        <AppLink to={paths.eventTab(eventId, `report-${id}`)}>{t('import.extract', { name })}</AppLink>
      </h4>
      {done ? (
        <p>{t('import.extracted')}</p>
      ) : (
        <ReportExtract
          reportId={id}
          eventId={eventId}
          mayTag={hasRight(session, 'perm_tagger')}
          onDone={async () => setDone(true)}
        />
      )}
    </section>
  );
}
