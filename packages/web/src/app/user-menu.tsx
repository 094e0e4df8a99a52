import { ActionIcon, Menu, NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useSession } from '../api/session.tsx';
import { Icon } from '../components/icon.tsx';
import { type Language, languages, useT, useTranslator } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';
import { setPreferences, usePreferences } from '../theme/preferences.ts';
import { signOut } from './sign-out.ts';

/** Theme, density and language; also on the profile page. */
export function AppearanceControls() {
  const t = useT();
  const { language } = useTranslator();
  const { theme, density } = usePreferences();
  return (
    <>
      <div className="user-menu-section">
        <Text size="xs" c="dimmed" mb={4} id="appearance-theme">
          {t('preferences.theme')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="appearance-theme"
          value={theme}
          onChange={(value) => setPreferences({ theme: value === 'dark' || value === 'light' ? value : 'system' })}
          data={[
            { value: 'light', label: t('preferences.light') },
            { value: 'dark', label: t('preferences.dark') },
            { value: 'system', label: t('preferences.system') },
          ]}
        />
      </div>
      <div className="user-menu-section">
        <Text size="xs" c="dimmed" mb={4} id="appearance-density">
          {t('preferences.density')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="appearance-density"
          value={density}
          onChange={(value) =>
            setPreferences({ density: value === 'regular' || value === 'roomy' ? value : 'compact' })
          }
          data={[
            { value: 'compact', label: t('preferences.compact') },
            { value: 'regular', label: t('preferences.regular') },
            { value: 'roomy', label: t('preferences.roomy') },
          ]}
        />
      </div>
      <div className="user-menu-section">
        <NativeSelect
          label={t('preferences.language')}
          value={language}
          data={languages.map(({ code, name }) => ({ value: code, label: name }))}
          onChange={(event) => {
            const chosen = languages.find(({ code }) => code === event.currentTarget.value);
            if (chosen !== undefined) setPreferences({ language: chosen.code satisfies Language });
          }}
        />
      </div>
    </>
  );
}

/** Who is signed in, how the page looks, and the way out. */
export function UserMenu() {
  const t = useT();
  const session = useSession();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick>
      <Menu.Target>
        <ActionIcon aria-label={t('userMenu.label', { email: session.user.email })}>
          <Icon name="user" size={18} />
        </ActionIcon>
      </Menu.Target>
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
        <Menu.Item leftSection={<Icon name="user" />} onClick={() => void navigate({ href: paths.profile() })}>
          {t('userMenu.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="key" />} onClick={() => void navigate({ href: paths.authKeys() })}>
          {t('nav.authKeys')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="exit" />} onClick={() => void signOut()}>
          {t('userMenu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
