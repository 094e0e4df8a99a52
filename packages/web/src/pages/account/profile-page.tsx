import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { changeOwnPassword, editOwnUser, ownUserQuery } from '../../api/administration.ts';
import { useSession } from '../../api/session.tsx';
import type { Role, UserRow } from '../../api/wire.ts';
import { AppearanceControls } from '../../app/appearance-controls.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { CheckField } from '../../components/fields.tsx';
import { ErrorBox, PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { roleFlags } from '../administration/role-flags.ts';
import { AccountTabs } from './account-tabs.tsx';
import { checkNewPassword, NewPasswordFields, noNewPassword } from './new-password-fields.tsx';
import { SecondFactor } from './second-factor.tsx';

function PasswordForm({ highlighted, email }: { readonly highlighted: boolean; readonly email: string }) {
  const t = useT();
  const toasts = useToasts();
  const form = useForm({
    initial: noNewPassword,
    check: (values) => checkNewPassword(t, values),
    async save({ password, current_password }) {
      await changeOwnPassword(password, current_password);
      toasts.success(t('profile.passwordChanged'));
      form.setAll(noNewPassword);
    },
  });
  return (
    <form
      className="form panel-box"
      data-highlighted={highlighted}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <h2>{t('profile.password')}</h2>
      {/* Tells a password manager whose password this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <NewPasswordFields form={form} />
      {form.failure !== undefined && <ErrorBox error={form.failure} />}
      <div className="form-actions">
        <Button type="submit" loading={form.busy}>
          {t('profile.change')}
        </Button>
      </div>
    </form>
  );
}

function MailForm({ user }: { readonly user: UserRow }) {
  const t = useT();
  const toasts = useToasts();
  const form = useForm({
    initial: {
      autoalert: user.autoalert,
      contactalert: user.contactalert,
      notification_daily: user.notification_daily === true,
      notification_weekly: user.notification_weekly === true,
      notification_monthly: user.notification_monthly === true,
    },
    async save(values) {
      await editOwnUser(values);
      toasts.success(t('form.saved', { name: user.email }));
    },
  });
  return (
    <form
      className="form panel-box"
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <h2>{t('profile.mail')}</h2>
      <CheckField
        label={t('user.autoalert')}
        value={form.values.autoalert}
        onChange={(on) => form.set('autoalert', on)}
      />
      <CheckField
        label={t('profile.contactalert')}
        value={form.values.contactalert}
        onChange={(on) => form.set('contactalert', on)}
      />
      <CheckField
        label={t('profile.daily')}
        value={form.values.notification_daily}
        onChange={(on) => form.set('notification_daily', on)}
      />
      <CheckField
        label={t('profile.weekly')}
        value={form.values.notification_weekly}
        onChange={(on) => form.set('notification_weekly', on)}
      />
      <CheckField
        label={t('profile.monthly')}
        value={form.values.notification_monthly}
        onChange={(on) => form.set('notification_monthly', on)}
      />
      {form.failure !== undefined && <ErrorBox error={form.failure} />}
      <div className="form-actions">
        <Button type="submit" loading={form.busy}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}

function Rights({ role }: { readonly role: Role }) {
  const t = useT();
  const rights = roleFlags.filter((flag) => role[flag]);
  return (
    <section className="panel-box">
      <h2>{t('profile.rights', { role: role.name })}</h2>
      <ul style={{ marginBottom: 0, paddingInlineStart: 18 }}>
        {rights.map((flag) => (
          <li key={flag}>{t(`role.${flag}`)}</li>
        ))}
      </ul>
    </section>
  );
}

/** The own account: who I am, what I may do, password, mails, how the page looks. */
export function Page() {
  const t = useT();
  usePageTitle(t('userMenu.profile'));
  const session = useSession();
  const { pathname } = useLocation();
  const { data, error, refetch } = useQuery(ownUserQuery());
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <AccountTabs active="profile" />
      <div className="page" style={{ maxWidth: 760 }}>
        <div className="page-head">
          <h1>
            <bdi>{data.User.email}</bdi>
          </h1>
          <span className="muted">
            <bdi>{session.organisation.name}</bdi> · {data.Role.name}
          </span>
          <span className="space" />
          <Button component={AppLink} variant="default" to={paths.authKeys()}>
            {t('nav.authKeys')}
          </Button>
        </div>
        <PasswordForm email={data.User.email} highlighted={pathname.endsWith('change_pw')} />
        <section className="panel-box form">
          <h2>{t('profile.appearance')}</h2>
          <AppearanceControls />
        </section>
        <SecondFactor isOn={data.User.totp === true} />
        <MailForm user={data.User} />
        <Rights role={data.Role} />
      </div>
    </>
  );
}
