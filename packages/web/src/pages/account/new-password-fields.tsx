import { PasswordField } from '../../components/fields.tsx';
import type { Form } from '../../components/use-form.ts';
import { type Translator, useT } from '../../i18n/i18n.tsx';

/** A change of one's own password before anything is typed. */
export const noNewPassword = { current_password: '', password: '', again: '' };

type NewPassword = typeof noNewPassword;

/** What is wrong with it that can be seen here; the rules for passwords are the server's. */
export function checkNewPassword(t: Translator['t'], { password, again }: NewPassword) {
  return {
    ...(password === '' ? { password: t('form.required') } : {}),
    ...(password === again ? {} : { again: t('profile.notSame') }),
  };
}

/** The present password, and the new one twice. */
export function NewPasswordFields({ form }: { readonly form: Form<NewPassword> }) {
  const t = useT();
  const { values, set, errorOf } = form;
  return (
    <>
      <PasswordField
        label={t('profile.current')}
        autoComplete="current-password"
        value={values.current_password}
        onChange={(text) => set('current_password', text)}
        error={errorOf('current_password')}
      />
      <PasswordField
        label={t('profile.new')}
        description={t('profile.policy')}
        autoComplete="new-password"
        value={values.password}
        onChange={(text) => set('password', text)}
        error={errorOf('password')}
      />
      <PasswordField
        label={t('profile.again')}
        autoComplete="new-password"
        value={values.again}
        onChange={(text) => set('again', text)}
        error={errorOf('again')}
      />
    </>
  );
}
