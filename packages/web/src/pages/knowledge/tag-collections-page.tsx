import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Tag } from '../../api/wire.ts';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { useAct } from '../../components/use-act.ts';
import { useConfirmDelete } from '../../components/use-confirm-delete.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useOpenedId } from '../../routing/search-state.ts';

const TagSearch = lazy(() =>
  import('../../components/tag-search.tsx').then((module) => ({ default: module.TagSearch })),
);

interface Collection {
  readonly TagCollection: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly all_orgs: boolean;
    readonly org_id: string;
  };
  readonly Organisation?: { readonly name: string };
  readonly TagCollectionTag?: readonly { readonly Tag?: Tag }[];
}

const tagsOf = (row: Collection): readonly Tag[] =>
  (row.TagCollectionTag ?? []).flatMap((link) => (link.Tag === undefined ? [] : [link.Tag]));

/** Puts a tag into a collection; MISP takes it by its id there. */
async function addTag(collection: string, name: string): Promise<void> {
  const found = await post<readonly { readonly Tag: Tag }[]>('/tags/search', { tag: name });
  const tag = found.find((row) => row.Tag.name === name)?.Tag;
  if (tag !== undefined) await post(`/tag_collections/addTag/${collection}/${tag.id}`);
}

/** Bundles of tags that are set in one go. */
export function Page() {
  const t = useT();
  const act = useAct('tagCollections');
  const session = useSession();
  const mayWrite = hasRight(session, 'perm_tag_editor');
  const query = useQuery(rowsQuery<Collection>('tagCollections', '/tag_collections/index/limit:1000.json'));
  const { ask, dialog } = useConfirmDelete();
  const [openedId, setOpenedId] = useOpenedId();
  const [editing, setEditing] = useState<'new' | 'edit'>();
  const opened = query.data?.find((row) => row.TagCollection.id === openedId);
  const columns = useMemo<readonly ListColumn<Collection>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 220,
        text: (row) => row.TagCollection.name,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpenedId(row.TagCollection.id)}>
            <bdi>{row.TagCollection.name}</bdi>
          </button>
        ),
      },
      {
        id: 'tags',
        header: t('event.tags'),
        width: 320,
        grow: 2,
        text: (row) =>
          tagsOf(row)
            .map((tag) => tag.name)
            .join(' '),
        render: (row) => <TagRow tags={tagsOf(row)} max={4} />,
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 240,
        grow: 1,
        text: (row) => row.TagCollection.description,
        render: (row) => <bdi>{row.TagCollection.description}</bdi>,
      },
      {
        id: 'organisation',
        header: t('user.organisation'),
        width: 150,
        text: (row) => row.Organisation?.name ?? '',
        render: (row) => <bdi>{row.Organisation?.name}</bdi>,
      },
      {
        id: 'all',
        header: t('collection.forAll'),
        width: 110,
        number: (row) => Number(row.TagCollection.all_orgs),
        render: (row) => <YesNo value={row.TagCollection.all_orgs} />,
      },
    ],
    [t, setOpenedId],
  );
  const add = (
    <Button
      leftSection={<Icon name="plus" />}
      disabled={!mayWrite}
      title={mayWrite ? undefined : t('reason.right', { right: 'perm_tag_editor' })}
      onClick={() => setEditing('new')}
    >
      {t('collection.add')}
    </Button>
  );
  const isEdit = editing === 'edit' && opened !== undefined;
  return (
    <>
      <ListPage
        title={t('nav.tagCollections')}
        query={query}
        columns={columns}
        keyOf={(row) => row.TagCollection.id}
        nameOf={(row) => row.TagCollection.name}
        onOpen={(row) => setOpenedId(row.TagCollection.id)}
        actions={add}
        empty={{ icon: 'tag', title: t('collection.none'), text: t('collection.noneText'), action: add }}
      />
      {opened !== undefined && editing === undefined && (
        <DetailPanel
          title={opened.TagCollection.name}
          onClose={() => setOpenedId(undefined)}
          actions={
            mayWrite && (
              <>
                <Button variant="default" onClick={() => setEditing('edit')}>
                  {t('action.edit')}
                </Button>
                <Button
                  color="danger"
                  variant="outline"
                  onClick={() =>
                    ask({
                      name: opened.TagCollection.name,
                      run: async () => {
                        await post(`/tag_collections/delete/${opened.TagCollection.id}`);
                        setOpenedId(undefined);
                        await act(async () => undefined, t('collection.deleted'));
                      },
                    })
                  }
                >
                  {t('action.delete')}
                </Button>
              </>
            )
          }
          facts={[
            [t('field.description'), opened.TagCollection.description],
            [t('user.organisation'), opened.Organisation?.name],
          ]}
        >
          <ul style={{ listStyle: 'none', padding: 0, margin: 0 }}>
            {tagsOf(opened).map((tag) => (
              <li key={tag.id} style={{ display: 'flex', gap: 8, alignItems: 'center', marginBottom: 6 }}>
                <TagRow tags={[tag]} max={1} />
                {mayWrite && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={t('collection.removeTag', { name: tag.name })}
                    onClick={() =>
                      void act(() => post(`/tag_collections/removeTag/${opened.TagCollection.id}/${tag.id}`))
                    }
                  >
                    {t('action.remove')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {mayWrite && (
            <Suspense>
              <TagSearch withoutLocal onPick={(name) => void act(() => addTag(opened.TagCollection.id, name))} />
            </Suspense>
          )}
        </DetailPanel>
      )}
      {dialog}
      {editing !== undefined && (
        <PanelForm
          title={isEdit ? opened.TagCollection.name : t('collection.add')}
          fields={[
            { name: 'name', label: t('field.name'), required: true },
            { name: 'description', label: t('field.description'), kind: 'area', rows: 3 },
            { name: 'all_orgs', label: t('collection.forAll'), kind: 'switch', help: t('collection.forAllHelp') },
          ]}
          initial={
            isEdit
              ? {
                  name: opened.TagCollection.name,
                  description: opened.TagCollection.description,
                  all_orgs: opened.TagCollection.all_orgs,
                }
              : { all_orgs: false }
          }
          save={async (values) => {
            await post(isEdit ? `/tag_collections/edit/${opened.TagCollection.id}` : '/tag_collections/add', values);
            await act(async () => undefined, t('form.saved', { name: String(values.name) }));
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}
