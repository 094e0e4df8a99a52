import { TabRow } from '../../components/tab-row.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';

/** The parts of one's own account. */
export function AccountTabs({ active }: { readonly active: 'profile' | 'settings' | 'signIns' }) {
  const t = useT();
  return (
    <TabRow
      label={t('userMenu.profile')}
      tabs={[
        { path: paths.profile(), label: t('userMenu.profile'), active: active === 'profile' },
        { path: paths.userSettings(), label: t('userSetting.title'), active: active === 'settings' },
        { path: paths.signInHistory(), label: t('signIn.title'), active: active === 'signIns' },
      ]}
    />
  );
}
