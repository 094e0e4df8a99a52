import { Menu, Text } from '@mantine/core';
import { useSession } from '../api/session.tsx';
import { Icon } from '../components/icon.tsx';
import { useT } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';
import { useGo } from '../routing/use-go.ts';
import { AppearanceControls } from './appearance-controls.tsx';
import type { MenuProps } from './menus.tsx';
import { signOut } from './sign-out.ts';

/** Who is signed in, how the page looks, and the way out. */
export function UserMenu(props: MenuProps) {
  const t = useT();
  const session = useSession();
  const go = useGo();
  return (
    <Menu opened={props.opened} onChange={props.onChange} position="bottom-end" width={280}>
      <Menu.Target>{props.button}</Menu.Target>
      <Menu.Dropdown>
        <div className="user-menu-section">
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {session.user.email}
          </Text>
          <Text size="xs" c="dimmed">
            {session.organisation.name} · {session.role.name}
          </Text>
        </div>
        <Menu.Divider />
        <AppearanceControls />
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="user" />} onClick={() => void go(paths.profile())}>
          {t('userMenu.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="key" />} onClick={() => void go(paths.authKeys())}>
          {t('nav.authKeys')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="exit" />} onClick={() => void signOut()}>
          {t('userMenu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
