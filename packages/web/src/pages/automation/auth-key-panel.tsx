import { Button, Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addAuthKey } from '../../api/administration.ts';
import { CheckField, TextField } from '../../components/fields.tsx';
import { FormBody } from '../../components/form-body.tsx';
import { SecretBox } from '../../components/secret-box.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';

/** A new key; the secret is shown once, and only here. */
export function AuthKeyPanel(props: { readonly userId: string; readonly onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const form = useForm({
    initial: { comment: '', allowed_ips: '', expiration: '', read_only: false },
    async save(values) {
      const answer = await addAuthKey(props.userId, {
        ...values,
        allowed_ips: values.allowed_ips.split(/[\s,]+/).filter((address) => address !== ''),
      });
      setSecret(answer.AuthKey.authkey_raw);
      await client.invalidateQueries({ queryKey: ['authKeys'] });
    },
  });
  const { values, set, errorOf } = form;
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size={480}
      title={t('new.authKey')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {secret !== undefined ? (
        <div className="form">
          <SecretBox secret={secret} isKey />
          <div className="form-actions">
            <Button onClick={props.onClose}>{t('authKey.kept')}</Button>
          </div>
        </div>
      ) : (
        <FormBody form={form} onCancel={props.onClose} submitLabel={t('authKey.create')}>
          <TextField
            label={t('attribute.comment')}
            description={t('authKey.commentHelp')}
            value={values.comment}
            onChange={(comment) => set('comment', comment)}
            error={errorOf('comment')}
            autoFocus
          />
          <TextField
            label={t('authKey.allowed')}
            description={t('authKey.allowedHelp')}
            rows={2}
            mono
            value={values.allowed_ips}
            onChange={(text) => set('allowed_ips', text)}
            error={errorOf('allowed_ips')}
          />
          <TextField
            label={t('authKey.expires')}
            description={t('authKey.expiresHelp')}
            type="date"
            value={values.expiration}
            onChange={(date) => set('expiration', date)}
            error={errorOf('expiration')}
          />
          <CheckField
            label={t('authKey.readOnly')}
            description={t('authKey.readOnlyHelp')}
            value={values.read_only}
            onChange={(on) => set('read_only', on)}
          />
        </FormBody>
      )}
    </Drawer>
  );
}
