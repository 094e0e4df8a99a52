import { usePageTitle } from '../../app/page-title.ts';
import { useT } from '../../i18n/i18n.tsx';
import { ProposalsList } from '../proposals/proposals-list.tsx';

/** Proposals on every event the viewer sees, to decide without opening them. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.proposals'));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('nav.proposals')}</h1>
      </div>
      <ProposalsList />
    </div>
  );
}
