import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import { oneQuery } from '../../api/rows.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Attribute, EventHeader } from '../../api/wire.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';

interface RemoteEvent {
  readonly Event: EventHeader & {
    readonly Attribute?: readonly Attribute[];
    readonly Object?: readonly { readonly name: string; readonly Attribute?: readonly Attribute[] }[];
  };
}

const SHOWN = 1000;

/** An event of a feed or of a connected instance, as it stands there. */
export function Page() {
  const t = useT();
  const { pathname } = useLocation();
  const { id = '', event = '' } = useParams({ strict: false }) as { readonly id?: string; readonly event?: string };
  const act = useAct('events');
  const mayFetch = hasRight(useSession(), 'perm_site_admin') && pathname.startsWith('/feeds');
  const source = pathname.startsWith('/feeds') ? 'feeds' : 'servers';
  const address = `/${source}/previewEvent/${encodeURIComponent(id)}/${encodeURIComponent(event)}.json`;
  const { data, error, refetch } = useQuery(oneQuery<RemoteEvent>('remoteEvent', address));
  usePageTitle(data?.Event.info ?? t('feed.preview'));
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const { Event: shown } = data;
  const rows = [
    ...(shown.Attribute ?? []).map((attribute) => ({ object: '', attribute })),
    ...(shown.Object ?? []).flatMap((object) =>
      (object.Attribute ?? []).map((attribute) => ({ object: object.name, attribute })),
    ),
  ];
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{shown.info}</bdi>
        </h1>
        <span className="muted">
          {shown.date} · <bdi>{shown.Orgc?.name}</bdi>
        </span>
        <span className="space" />
        {mayFetch && (
          <Button onClick={() => void act(() => post(`/feeds/getEvent/${id}/${event}`), t('feed.eventFetched'))}>
            {t('feed.fetch')}
          </Button>
        )}
      </div>
      <TagRow tags={shown.Tag ?? []} max={12} />
      <p className="muted">{t('feed.remoteNote', { n: rows.length, shown: Math.min(rows.length, SHOWN) })}</p>
      <PlainTable
        label={t('event.attributes')}
        heads={[
          t('attribute.category'),
          t('attribute.type'),
          t('attribute.value'),
          t('feed.object'),
          t('attribute.comment'),
        ]}
        rows={rows.slice(0, SHOWN).map(({ object, attribute }, index) => ({
          key: attribute.uuid ?? String(index),
          cells: [
            attribute.category,
            attribute.type,
            <bdi key="value" className="mono">
              {attribute.value}
            </bdi>,
            <bdi key="object">{object}</bdi>,
            <bdi key="comment">{attribute.comment}</bdi>,
          ],
        }))}
      />
    </div>
  );
}
