import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { post } from '../../api/client.ts';
import { type NewsItem, newsQuery } from '../../api/news.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { EmptyState, PageSkeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';

/** What the administrators of the instance tell everybody. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.news'));
  const act = useAct('news');
  const mayWrite = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery(newsQuery());
  const [edited, setEdited] = useState<NewsItem | 'new'>();
  const [removed, setRemoved] = useState<NewsItem>();
  const hasNews = (query.data?.length ?? 0) > 0;
  useEffect(() => {
    // Read by being shown; that this is not stored only means that they count as unread for longer.
    if (hasNews) void post('/news/markRead').catch(() => undefined);
  }, [hasNews]);

  if (query.data === undefined)
    return query.isError ? <FailurePage error={query.error} onRetry={() => void query.refetch()} /> : <PageSkeleton />;
  const add = mayWrite && (
    <Button leftSection={<Icon name="plus" />} onClick={() => setEdited('new')}>
      {t('news.add')}
    </Button>
  );
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <div className="page-head">
        <h1>{t('nav.news')}</h1>
        <span className="space" />
        {add}
      </div>
      {!hasNews && (
        <EmptyState icon="info" title={t('news.none')} text={t(mayWrite ? 'news.noneTextAdmin' : 'news.noneText')} />
      )}
      {query.data.map((item) => (
        <article key={item.id} className="panel-box">
          <div className="page-head">
            <h2 style={{ margin: 0 }}>
              <bdi>{item.title}</bdi>
            </h2>
            <span className="muted">
              <Moment epoch={item.date_created} />
            </span>
            <span className="space" />
            {mayWrite && (
              <>
                <Button variant="default" onClick={() => setEdited(item)}>
                  {t('action.edit')}
                </Button>
                <Button variant="default" onClick={() => setRemoved(item)}>
                  {t('action.delete')}
                </Button>
              </>
            )}
          </div>
          <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            <bdi>{item.message}</bdi>
          </p>
        </article>
      ))}
      {edited !== undefined && (
        <PanelForm
          title={edited === 'new' ? t('news.add') : edited.title}
          fields={[
            { name: 'title', label: t('event.info'), required: true },
            { name: 'message', label: t('news.message'), kind: 'area', rows: 8, required: true },
          ]}
          initial={edited === 'new' ? {} : { title: edited.title, message: edited.message }}
          save={async (values) => {
            await post(edited === 'new' ? '/news/add' : `/news/edit/${edited.id}`, { News: values });
            await act(async () => undefined, t('form.saved', { name: String(values.title) }));
          }}
          onClose={() => setEdited(undefined)}
        />
      )}
      <ConfirmDialog
        opened={removed !== undefined}
        title={t('news.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onConfirm={async () => {
          if (removed !== undefined) await post(`/news/delete/${removed.id}`);
          await act(async () => undefined);
        }}
        onClose={() => setRemoved(undefined)}
      >
        <bdi>{removed?.title}</bdi>
      </ConfirmDialog>
    </div>
  );
}
