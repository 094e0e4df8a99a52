import { NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { type Language, languages, useT, useTranslator } from '../i18n/i18n.tsx';
import { setPreferences, usePreferences } from '../theme/preferences.ts';

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
