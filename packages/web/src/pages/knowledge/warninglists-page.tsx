import { Button, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { setWarninglistEnabled, type Warninglist, warninglistsQuery } from '../../api/library.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const WarninglistCheck = lazy(() =>
  import('./warninglist-panels.tsx').then((module) => ({ default: module.WarninglistCheck })),
);
const WarninglistForm = lazy(() =>
  import('./warninglist-panels.tsx').then((module) => ({ default: module.WarninglistForm })),
);

/** Lists of values that are known to be harmless or noisy. */
export function Page() {
  const t = useT();
  const { language } = useTranslator();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const maySwitch = hasRight(useSession(), 'perm_warninglist');
  const query = useQuery(warninglistsQuery());
  const [panel, setPanel] = useState<'check' | 'add'>();
  const columns = useMemo<readonly ListColumn<Warninglist>[]>(() => {
    async function toggle(list: Warninglist) {
      try {
        await setWarninglistEnabled(list.id, !list.enabled);
      } catch (error) {
        toasts.failure(error);
      }
      await client.invalidateQueries({ queryKey: ['warninglists'] });
    }
    return [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (list) => Number(list.enabled),
        render: (list) =>
          maySwitch ? (
            <Switch
              size="xs"
              checked={list.enabled}
              onChange={() => void toggle(list)}
              aria-label={t('state.enableNamed', { name: list.name })}
            />
          ) : (
            <OnOff value={list.enabled} />
          ),
      },
      {
        id: 'name',
        header: t('field.name'),
        width: 300,
        grow: 1,
        text: (list) => list.name,
        render: (list) => (
          <AppLink className="link-cell" to={paths.warninglist(list.id)}>
            {list.name}
          </AppLink>
        ),
      },
      { id: 'type', header: t('attribute.type'), width: 100, text: (list) => list.type, render: (list) => list.type },
      {
        id: 'entries',
        header: t('warninglist.entries'),
        width: 110,
        align: 'end',
        number: (list) => Number(list.warninglist_entry_count ?? 0),
        render: (list) => Number(list.warninglist_entry_count ?? 0).toLocaleString(language),
      },
      {
        id: 'types',
        header: t('warninglist.types'),
        width: 220,
        grow: 1,
        text: (list) => list.valid_attributes ?? '',
        render: (list) => <span title={list.valid_attributes}>{list.valid_attributes}</span>,
      },
    ];
  }, [t, language, maySwitch, client, toasts]);
  const add = (
    <Button
      leftSection={<Icon name="plus" />}
      disabled={!maySwitch}
      title={maySwitch ? undefined : t('reason.right', { right: 'perm_warninglist' })}
      onClick={() => setPanel('add')}
    >
      {t('warninglist.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('nav.warninglists')}
        query={query}
        columns={columns}
        keyOf={(list) => list.id}
        nameOf={(list) => list.name}
        onOpen={(list) => void go(paths.warninglist(list.id))}
        empty={{
          icon: 'warning',
          title: t('library.none'),
          text: t('library.noneText'),
          action: <LoadLibrary library="warninglists" first />,
        }}
        actions={
          <>
            <LoadLibrary library="warninglists" />
            <Button variant="default" onClick={() => setPanel('check')}>
              {t('warninglist.check')}
            </Button>
            {add}
          </>
        }
      />
      <Suspense>
        {panel === 'check' && <WarninglistCheck onClose={() => setPanel(undefined)} />}
        {panel === 'add' && <WarninglistForm onClose={() => setPanel(undefined)} />}
      </Suspense>
    </>
  );
}
