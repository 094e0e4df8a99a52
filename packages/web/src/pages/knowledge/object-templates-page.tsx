import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { objectTemplatesQuery } from '../../api/attributes.ts';
import { post } from '../../api/client.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { ObjectTemplate } from '../../api/wire.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Templates that objects are made from. */
export function Page() {
  const t = useT();
  const go = useGo();
  const act = useAct('objectTemplates');
  const maySwitch = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery(objectTemplatesQuery());
  const columns = useMemo<readonly ListColumn<ObjectTemplate>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        text: (template) => template.name,
        render: (template) => (
          <AppLink className="link-cell" to={paths.objectTemplate(template.id)}>
            {template.name}
          </AppLink>
        ),
      },
      {
        id: 'category',
        header: t('template.metaCategory'),
        width: 130,
        text: (template) => template['meta-category'],
        render: (template) => template['meta-category'],
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 1,
        text: (template) => template.description,
        render: (template) => <span title={template.description}>{template.description}</span>,
      },
      {
        id: 'active',
        header: t('state.active'),
        width: 90,
        number: (template) => Number(template.active),
        render: (template) =>
          maySwitch ? (
            <Switch
              size="xs"
              checked={template.active}
              aria-label={t('state.enableNamed', { name: template.name })}
              onChange={() => void act(() => post(`/objectTemplates/activate/${template.id}`))}
            />
          ) : (
            <OnOff value={template.active} />
          ),
      },
      { id: 'version', header: t('field.version'), width: 80, align: 'end', render: (template) => template.version },
    ],
    [t, act, maySwitch],
  );
  return (
    <ListPage
      title={t('nav.objectTemplates')}
      query={query}
      columns={columns}
      keyOf={(template) => template.id}
      nameOf={(template) => template.name}
      onOpen={(template) => void go(paths.objectTemplate(template.id))}
      actions={<LoadLibrary library="objectTemplates" />}
      empty={{
        icon: 'cube',
        title: t('library.none'),
        text: t('library.noneText'),
        action: <LoadLibrary library="objectTemplates" first />,
      }}
    />
  );
}
