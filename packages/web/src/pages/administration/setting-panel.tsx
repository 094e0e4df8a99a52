import { Button, Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { editServerSetting } from '../../api/administration.ts';
import type { ServerSetting } from '../../api/wire.ts';
import { ChoiceField, PasswordField, TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { settingText, useSettingChoices, useSettingDescriptions } from './setting-text.ts';

/** One setting: what it means, its value, the server's objection if there is one. */
export function SettingPanel(props: { readonly setting: ServerSetting; readonly onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const { setting, onClose } = props;
  const locked = setting.cli_only === true;
  const isSecret = setting.redacted === true && !locked;
  const form = useForm({
    initial: { value: isSecret ? '' : settingText(setting) },
    async save({ value }) {
      await editServerSetting(setting.setting, setting.type === 'boolean' ? value === 'true' || value === '1' : value);
      await client.invalidateQueries({ queryKey: ['serverSettings'] });
      toasts.success(t('form.saved', { name: setting.setting }));
      onClose();
    },
  });
  const choices = useSettingChoices()(setting);
  const description = useSettingDescriptions()(setting);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={setting.setting}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        <p style={{ margin: 0 }}>{description}</p>
        {isSecret ? (
          <PasswordField
            label={t('setting.value')}
            description={t('setting.secretHelp')}
            autoComplete="new-password"
            value={form.values.value}
            onChange={(value) => form.set('value', value)}
            error={form.errorOf('value')}
            autoFocus
          />
        ) : choices === undefined ? (
          <TextField
            label={t('setting.value')}
            rows={1}
            mono
            disabled={locked}
            value={form.values.value}
            onChange={(value) => form.set('value', value)}
            error={form.errorOf('value')}
            autoFocus
          />
        ) : (
          <ChoiceField
            label={t('setting.value')}
            disabled={locked}
            value={form.values.value}
            choices={choices}
            onChange={(value) => form.set('value', value)}
            error={form.errorOf('value')}
          />
        )}
        {locked && <p className="muted">{t('setting.locked')}</p>}
        {form.failure !== undefined && <ErrorBox error={form.failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={form.busy} disabled={locked}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
