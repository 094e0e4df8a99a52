import { hasRight, useSession } from '../../api/session.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** Why no module can be used, in the server's words where it says so, and where or by whom that is changed. */
export function NoModules({ message }: { readonly message?: string | null | undefined }) {
  const t = useT();
  const mayChange = hasRight(useSession(), 'perm_site_admin');
  return (
    <p>
      {message} {(message == null || !mayChange) && t('module.noneOffered')}{' '}
      {mayChange && <AppLink to={paths.modules()}>{t('nav.modules')}</AppLink>}
    </p>
  );
}
