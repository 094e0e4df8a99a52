import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { tagsQuery } from '../../api/library.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { TagRow } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { TagChip } from '../../components/tag-chip.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const TagPanel = lazy(() => import('./tag-panel.tsx').then((module) => ({ default: module.TagPanel })));

/** Tags, with the panel for a new or changed one over the list. */
export function Page() {
  const t = useT();
  const go = useGo();
  const session = useSession();
  const { pathname } = useLocation();
  const { id } = useParams({ strict: false });
  const query = useQuery(tagsQuery());
  const mayEdit = hasRight(session, 'perm_site_admin');
  const mayAdd = hasRight(session, 'perm_tag_editor');
  const columns = useMemo<readonly ListColumn<TagRow>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 320,
        grow: 1,
        text: (tag) => tag.name,
        render: (tag) =>
          mayEdit ? (
            <AppLink className="link-cell" to={paths.editTag(tag.id)}>
              <TagChip whole tag={tag} />
            </AppLink>
          ) : (
            <TagChip whole tag={tag} />
          ),
      },
      {
        id: 'colour',
        header: t('tag.colour'),
        width: 100,
        text: (tag) => tag.colour,
        render: (tag) => <span className="mono">{tag.colour}</span>,
      },
      {
        id: 'events',
        header: t('nav.events'),
        width: 90,
        align: 'end',
        number: (tag) => tag.count ?? 0,
        render: (tag) =>
          Number(tag.count ?? 0) === 0 ? (
            <span className="muted">0</span>
          ) : (
            <AppLink to={paths.eventsWithTag(tag.name)}>{tag.count}</AppLink>
          ),
      },
      {
        id: 'attributes',
        header: t('event.attributes'),
        width: 100,
        align: 'end',
        number: (tag) => tag.attribute_count ?? 0,
        render: (tag) => tag.attribute_count ?? 0,
      },
      {
        id: 'exportable',
        header: t('tag.exportable'),
        width: 110,
        number: (tag) => Number(tag.exportable),
        render: (tag) => <YesNo value={tag.exportable} />,
      },
      {
        id: 'hidden',
        header: t('tag.hidden'),
        width: 90,
        number: (tag) => Number(tag.hide_tag),
        render: (tag) => <YesNo value={tag.hide_tag} />,
      },
      {
        id: 'local',
        header: t('tag.localOnly'),
        width: 100,
        number: (tag) => Number(tag.local_only),
        render: (tag) => <YesNo value={tag.local_only} />,
      },
    ],
    [t, mayEdit],
  );
  const edited = query.data?.find((tag) => tag.id === id);
  const close = () => void go(paths.tags());
  return (
    <>
      <ListPage
        title={t('nav.tags')}
        query={query}
        columns={columns}
        keyOf={(tag) => tag.id}
        nameOf={(tag) => tag.name}
        onOpen={(tag) => mayEdit && void go(paths.editTag(tag.id))}
        actions={
          <Button
            leftSection={<Icon name="plus" />}
            disabled={!mayAdd}
            title={mayAdd ? undefined : t('reason.right', { right: 'perm_tag_editor' })}
            onClick={() => void go(paths.newTag())}
          >
            {t('new.tag')}
          </Button>
        }
        empty={{ icon: 'tag', title: t('tag.noneYet'), text: t('tag.noneYetText') }}
      />
      {pathname.endsWith('/add') && mayAdd && (
        <Suspense>
          <TagPanel onClose={close} />
        </Suspense>
      )}
      {id !== undefined && edited !== undefined && (
        <Suspense>
          <TagPanel key={edited.id} tag={edited} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
