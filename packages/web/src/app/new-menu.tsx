import { Menu } from '@mantine/core';
import { hasRight, useSession } from '../api/session.tsx';
import { Icon } from '../components/icon.tsx';
import { useT } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';
import { useGo } from '../routing/use-go.ts';
import type { MenuProps } from './menus.tsx';

/** Everything this role may create. */
export function NewMenu(props: MenuProps) {
  const t = useT();
  const session = useSession();
  const go = useGo();
  const entries = [
    { label: t('new.event'), path: paths.newEvent(), icon: 'events', allowed: hasRight(session, 'perm_add') },
    { label: t('new.import'), path: paths.importEvents(), icon: 'upload', allowed: hasRight(session, 'perm_add') },
    { label: t('new.tag'), path: paths.newTag(), icon: 'tag', allowed: hasRight(session, 'perm_tag_editor') },
    { label: t('new.authKey'), path: paths.newAuthKey(), icon: 'key', allowed: hasRight(session, 'perm_auth') },
    { label: t('new.user'), path: paths.newUser(), icon: 'user', allowed: hasRight(session, 'perm_admin') },
    {
      label: t('new.organisation'),
      path: paths.newOrganisation(),
      icon: 'organisation',
      allowed: hasRight(session, 'perm_site_admin'),
    },
  ] as const;
  return (
    <Menu opened={props.opened} onChange={props.onChange} position="bottom-end" width={220}>
      <Menu.Target>{props.button}</Menu.Target>
      <Menu.Dropdown>
        {entries
          .filter((entry) => entry.allowed)
          .map((entry) => (
            <Menu.Item key={entry.path} leftSection={<Icon name={entry.icon} />} onClick={() => void go(entry.path)}>
              {entry.label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
