import { hasRight, useSession } from '../../api/session.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';

/** The three logs: changes, application, requests. */
export function LogTabs({ active }: { readonly active: 'audit' | 'application' | 'access' }) {
  const t = useT();
  const seesRequests = hasRight(useSession(), 'perm_site_admin');
  const tabs = [
    { path: paths.auditLogs(), label: t('log.audit'), active: active === 'audit' },
    { path: paths.logs(), label: t('log.application'), active: active === 'application' },
    ...(seesRequests ? [{ path: paths.accessLogs(), label: t('log.access'), active: active === 'access' }] : []),
  ];
  return <TabRow label={t('nav.logs')} tabs={tabs} />;
}
