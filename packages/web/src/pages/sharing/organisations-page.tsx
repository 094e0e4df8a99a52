import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { organisationsQuery } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Organisation } from '../../api/wire.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';

type Scope = 'local' | 'external' | 'all';

/** Organisations: those with users here, those known from elsewhere, or all. */
export function Page() {
  const t = useT();
  const go = useGo();
  const [search, change] = useSearchState();
  const scope: Scope = search.scope === 'external' || search.scope === 'all' ? search.scope : 'local';
  const query = useQuery(organisationsQuery(scope));
  const mayAdd = hasRight(useSession(), 'perm_site_admin');
  const columns = useMemo<readonly ListColumn<Organisation>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        grow: 1,
        text: (organisation) => organisation.name,
        render: (organisation) => (
          <AppLink className="link-cell" to={paths.organisation(organisation.id)}>
            <bdi>{organisation.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'local',
        header: t('organisation.local'),
        width: 90,
        number: ({ local }) => Number(local),
        render: ({ local }) => <YesNo value={local} />,
      },
      {
        id: 'users',
        header: t('nav.users'),
        width: 80,
        align: 'end',
        number: (organisation) => Number(organisation.user_count ?? 0),
        render: (organisation) => organisation.user_count ?? 0,
      },
      {
        id: 'type',
        header: t('organisation.type'),
        width: 120,
        text: ({ type }) => type ?? '',
        render: ({ type }) => <bdi>{type}</bdi>,
      },
      {
        id: 'sector',
        header: t('organisation.sector'),
        width: 140,
        text: ({ sector }) => sector ?? '',
        render: ({ sector }) => <bdi>{sector}</bdi>,
      },
      {
        id: 'nationality',
        header: t('organisation.nationality'),
        width: 130,
        text: ({ nationality }) => nationality ?? '',
        render: ({ nationality }) => <bdi>{nationality}</bdi>,
      },
      {
        id: 'uuid',
        header: 'UUID',
        width: 300,
        text: ({ uuid }) => uuid,
        render: ({ uuid }) => <span className="mono muted">{uuid}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.organisations')}
      query={query}
      columns={columns}
      keyOf={(organisation) => organisation.id}
      nameOf={(organisation) => organisation.name}
      onOpen={(organisation) => void go(paths.organisation(organisation.id))}
      filters={
        <ChoiceField
          label={t('organisation.scope')}
          hideLabel
          value={scope}
          choices={[
            { value: 'local', label: t('organisation.scopeLocal') },
            { value: 'external', label: t('organisation.scopeExternal') },
            { value: 'all', label: t('organisation.scopeAll') },
          ]}
          onChange={(value) => change({ scope: value === 'local' ? undefined : value })}
        />
      }
      actions={
        <Button
          leftSection={<Icon name="plus" />}
          disabled={!mayAdd}
          title={mayAdd ? undefined : t('reason.right', { right: 'perm_site_admin' })}
          onClick={() => void go(paths.newOrganisation())}
        >
          {t('new.organisation')}
        </Button>
      }
      empty={{ icon: 'organisation', title: t('organisation.none') }}
    />
  );
}
