import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { organisationsQuery, sharingGroupsQuery } from '../../api/administration.ts';
import { ApiError, post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { OrganisationRef } from '../../api/wire.ts';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useAct } from '../../components/use-act.ts';
import { useConfirmDelete } from '../../components/use-confirm-delete.tsx';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useOpenedId } from '../../routing/search-state.ts';
import type { Blueprint } from './blueprint-form.tsx';
import { readRules } from './blueprint-rules.ts';
import { ruleSentence } from './rule-sentence.ts';

const BlueprintForm = lazy(() => import('./blueprint-form.tsx').then((module) => ({ default: module.BlueprintForm })));

function Members({ id }: { readonly id: string }) {
  const t = useT();
  const { data } = useQuery(
    rowsQuery<{ readonly Organisation: OrganisationRef }>(
      'blueprintMembers',
      `/sharing_group_blueprints/viewOrgs/${id}.json`,
    ),
  );
  if (data === undefined) return null;
  return (
    <section>
      <h3>{t('blueprint.selects', { n: data.length })}</h3>
      <ul>
        {data.map(({ Organisation: organisation }) => (
          <li key={organisation.id}>
            <AppLink to={paths.organisation(organisation.id)}>
              <bdi>{organisation.name}</bdi>
            </AppLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** MISP answers "nothing had to change" as a refusal; for a reader that is no failure. */
async function execute(id: string): Promise<void> {
  try {
    await post(`/sharing_group_blueprints/execute/${id}`);
  } catch (error) {
    if (!(error instanceof ApiError) || !/Failed to create: 0/.test(error.message)) throw error;
  }
}

/** Blueprints: rules by which sharing groups get their members. */
export function Page() {
  const { t, language } = useTranslator();
  const act = useAct('blueprints', 'sharingGroups', 'blueprintMembers');
  const mayWrite = hasRight(useSession(), 'perm_sharing_group');
  const query = useQuery({
    ...rowsQuery<{ readonly SharingGroupBlueprint: Blueprint }>('blueprints', '/sharing_group_blueprints/index.json'),
    select: (rows) => rows.map((row) => row.SharingGroupBlueprint),
  });
  const { ask, dialog } = useConfirmDelete();
  const [openedId, setOpenedId] = useOpenedId();
  const [editing, setEditing] = useState<Blueprint | 'new'>();
  const opened = query.data?.find((blueprint) => blueprint.id === openedId);
  const organisations = useQuery(organisationsQuery('all')).data;
  const groups = useQuery(sharingGroupsQuery()).data;
  const names = useMemo(
    () =>
      new Map([
        ...(organisations ?? []).flatMap(({ id, uuid, name }) => [
          [`org_id ${id}`, name] as const,
          [`org_uuid ${uuid}`, name] as const,
        ]),
        ...(groups ?? []).flatMap(({ SharingGroup: { id, uuid, name } }) => [
          [`sharing_group_id ${id}`, name] as const,
          [`sharing_group_uuid ${uuid}`, name] as const,
        ]),
      ]),
    [organisations, groups],
  );
  const inWords = useCallback(
    (blueprint: Blueprint) => {
      const rules = readRules(blueprint.rules);
      return rules === undefined ? blueprint.rules : ruleSentence(rules, t, language, names);
    },
    [t, language, names],
  );
  const columns = useMemo<readonly ListColumn<Blueprint>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 260,
        grow: 1,
        text: (blueprint) => blueprint.name,
        render: (blueprint) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpenedId(blueprint.id)}>
            <bdi>{blueprint.name}</bdi>
          </button>
        ),
      },
      {
        id: 'rules',
        header: t('blueprint.rules'),
        width: 360,
        grow: 2,
        text: inWords,
        render: (blueprint) => <bdi title={inWords(blueprint)}>{inWords(blueprint)}</bdi>,
      },
      {
        id: 'group',
        header: t('distribution.4'),
        width: 160,
        render: (blueprint) =>
          blueprint.sharing_group_id === null ? (
            <span className="muted">{t('blueprint.noGroup')}</span>
          ) : (
            <AppLink className="link-cell" to={paths.sharingGroup(blueprint.sharing_group_id)}>
              <bdi>
                {names.get(`sharing_group_id ${blueprint.sharing_group_id}`) ?? `#${blueprint.sharing_group_id}`}
              </bdi>
            </AppLink>
          ),
      },
    ],
    [t, inWords, names, setOpenedId],
  );
  const add = (
    <Button
      leftSection={<Icon name="plus" />}
      disabled={!mayWrite}
      title={mayWrite ? undefined : t('reason.right', { right: 'perm_sharing_group' })}
      onClick={() => setEditing('new')}
    >
      {t('blueprint.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('nav.blueprints')}
        query={query}
        columns={columns}
        keyOf={(blueprint) => blueprint.id}
        nameOf={(blueprint) => blueprint.name}
        onOpen={(blueprint) => setOpenedId(blueprint.id)}
        actions={add}
        empty={{ icon: 'people', title: t('blueprint.none'), text: t('blueprint.noneText'), action: add }}
      />
      {editing !== undefined && (
        <Suspense>
          <BlueprintForm
            {...(editing === 'new' ? {} : { blueprint: editing })}
            onSaved={(name) => act(async () => undefined, t('form.saved', { name }))}
            onClose={() => setEditing(undefined)}
          />
        </Suspense>
      )}
      {opened !== undefined && editing === undefined && (
        <DetailPanel
          title={opened.name}
          onClose={() => setOpenedId(undefined)}
          actions={
            mayWrite && (
              <>
                <Button onClick={() => void act(() => execute(opened.id), t('blueprint.executed'))}>
                  {t('blueprint.execute')}
                </Button>
                <Button
                  variant="default"
                  disabled={opened.sharing_group_id === null}
                  onClick={() =>
                    void act(() => post(`/sharing_group_blueprints/detach/${opened.id}`), t('blueprint.detached'))
                  }
                >
                  {t('blueprint.detach')}
                </Button>
                <Button variant="default" onClick={() => setEditing(opened)}>
                  {t('action.edit')}
                </Button>
                <Button
                  color="danger"
                  variant="outline"
                  onClick={() =>
                    ask({
                      name: opened.name,
                      text: t('blueprint.deleteText'),
                      run: async () => {
                        await post(`/sharing_group_blueprints/delete/${opened.id}`);
                        setOpenedId(undefined);
                        await act(async () => undefined, t('blueprint.deleted'));
                      },
                    })
                  }
                >
                  {t('action.delete')}
                </Button>
              </>
            )
          }
          facts={[]}
        >
          <p style={{ margin: 0 }}>{inWords(opened)}</p>
          <details>
            <summary>{t('rule.asJson')}</summary>
            <pre className="code-block">{opened.rules}</pre>
          </details>
          <Members id={opened.id} />
        </DetailPanel>
      )}
      {dialog}
    </>
  );
}
