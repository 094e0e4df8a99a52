import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import { type DecayingModel, decayingModelsQuery } from '../../api/decaying.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Decaying models: how fast the worth of indicators falls. */
export function Page() {
  const t = useT();
  const go = useGo();
  const session = useSession();
  const act = useAct('decaying');
  const maySwitch = hasRight(session, 'perm_decaying') || hasRight(session, 'perm_admin');
  const query = useQuery(decayingModelsQuery());
  const columns = useMemo<readonly ListColumn<DecayingModel>[]>(
    () => [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (model) => Number(model.enabled),
        render: (model) =>
          maySwitch ? (
            <Switch
              size="xs"
              checked={model.enabled}
              aria-label={t('state.enableNamed', { name: model.name })}
              onChange={() =>
                void act(() => post(`/decayingModel/${model.enabled ? 'disable' : 'enable'}/${model.id}`))
              }
            />
          ) : (
            <OnOff value={model.enabled} />
          ),
      },
      {
        id: 'name',
        header: t('field.name'),
        width: 260,
        grow: 1,
        text: (model) => model.name,
        render: (model) => (
          <AppLink className="link-cell" to={paths.decayingModel(model.id)}>
            <bdi>{model.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'lifetime',
        header: t('decaying.lifetime'),
        width: 130,
        align: 'end',
        number: (model) => model.parameters.lifetime,
        render: (model) => t('decaying.days', { n: model.parameters.lifetime }),
      },
      {
        id: 'threshold',
        header: t('decaying.threshold'),
        width: 110,
        align: 'end',
        number: (model) => model.parameters.threshold,
        render: (model) => model.parameters.threshold,
      },
      {
        id: 'types',
        header: t('warninglist.types'),
        width: 300,
        grow: 2,
        text: (model) => (model.attribute_types ?? []).join(', '),
        render: (model) => <span className="muted">{(model.attribute_types ?? []).join(', ')}</span>,
      },
    ],
    [t, act, maySwitch],
  );
  return (
    <ListPage
      title={t('decaying.title')}
      query={query}
      columns={columns}
      keyOf={(model) => model.id}
      nameOf={(model) => model.name}
      onOpen={(model) => void go(paths.decayingModel(model.id))}
      actions={<LoadLibrary library="decayingModel" />}
      empty={{
        icon: 'knowledge',
        title: t('library.none'),
        text: t('library.noneText'),
        action: <LoadLibrary library="decayingModel" first />,
      }}
    />
  );
}
