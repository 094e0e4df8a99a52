import { Button } from '@mantine/core';
import { ApiError } from '../api/client.ts';
import { EmptyState, ErrorBox } from '../components/states.tsx';
import { useT } from '../i18n/i18n.tsx';
import { AppLink } from '../routing/app-link.tsx';
import { paths } from '../routing/paths.ts';
import { usePageTitle } from './page-title.ts';

/** What does not exist and what may not be seen look the same. */
export function NotFoundPage() {
  const t = useT();
  usePageTitle(t('notFound.title'));
  return (
    <EmptyState page icon="search" title={t('notFound.title')} text={t('notFound.text')}>
      <Button component={AppLink} to={paths.events()}>
        {t('notFound.action')}
      </Button>
    </EmptyState>
  );
}

/** A page this role may not open: names the missing right and whom to ask. */
export function ForbiddenPage({ right }: { readonly right?: string }) {
  const t = useT();
  usePageTitle(t('forbidden.title'));
  return (
    <EmptyState
      page
      icon="lock"
      title={t('forbidden.title')}
      text={right === undefined ? t('forbidden.text') : t('forbidden.textRight', { right })}
    >
      <Button component={AppLink} to={paths.events()}>
        {t('notFound.action')}
      </Button>
    </EmptyState>
  );
}

/** The screen for a failed load: not found, forbidden, or a box to try again. */
export function FailurePage(props: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { error } = props;
  // MISP answers 405 on some records that are missing or invisible.
  if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return <NotFoundPage />;
  if (error instanceof ApiError && error.status === 403) return <ForbiddenPage />;
  return (
    <div className="page">
      <ErrorBox error={error} onRetry={props.onRetry} />
    </div>
  );
}
