import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteUser, editUser, resetAuthKey, userQuery } from '../../api/administration.ts';
import { useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { SecretBox } from '../../components/secret-box.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { randomPassword } from './random-password.ts';

type Question = 'password' | 'key' | 'disable' | 'delete';

function UserDetails({ id }: { readonly id: string }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const session = useSession();
  const [question, setQuestion] = useState<Question>();
  const [secret, setSecret] = useState<{ readonly text: string; readonly isKey: boolean }>();
  const { data, error, refetch } = useQuery(userQuery(id));
  usePageTitle(data?.User.email);
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const { User: user, Role: role, Organisation: organisation } = data;
  const isSelf = user.id === String(session.user.id);

  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ['user'] });
    await client.invalidateQueries({ queryKey: ['users'] });
    await client.invalidateQueries({ queryKey: ['authKeys'] });
  };
  const answers: Readonly<
    Record<
      Question,
      {
        readonly title: string;
        readonly text: string;
        readonly confirm: string;
        readonly danger: boolean;
        readonly run: () => Promise<void>;
      }
    >
  > = {
    password: {
      title: t('user.resetPassword'),
      text: t('user.resetPasswordText', { email: user.email }),
      confirm: t('user.resetPassword'),
      danger: false,
      async run() {
        const password = randomPassword();
        await editUser(user.id, { password, change_pw: true });
        setSecret({ text: password, isKey: false });
      },
    },
    key: {
      title: t('user.resetKey'),
      text: t('user.resetKeyText', { email: user.email }),
      confirm: t('user.resetKey'),
      danger: true,
      async run() {
        setSecret({ text: await resetAuthKey(user.id), isKey: true });
      },
    },
    disable: {
      title: t(user.disabled ? 'user.enable' : 'user.disable'),
      text: t(user.disabled ? 'user.enableText' : 'user.disableText', { email: user.email }),
      confirm: t(user.disabled ? 'user.enable' : 'user.disable'),
      danger: !user.disabled,
      async run() {
        await editUser(user.id, { disabled: !user.disabled });
      },
    },
    delete: {
      title: t('user.delete', { email: user.email }),
      text: t('user.deleteText'),
      confirm: t('action.delete'),
      danger: true,
      async run() {
        await deleteUser(user.id);
        toasts.success(t('form.deleted', { name: user.email }));
        await go(paths.users());
      },
    },
  };
  const asked = question === undefined ? undefined : answers[question];

  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{user.email}</bdi>
        </h1>
        <span className="space" />
        <Button component={AppLink} variant="default" to={paths.editUser(user.id)} leftSection={<Icon name="edit" />}>
          {t('action.edit')}
        </Button>
        <Button variant="default" leftSection={<Icon name="lock" />} onClick={() => setQuestion('password')}>
          {t('user.resetPassword')}
        </Button>
        <Button variant="default" leftSection={<Icon name="key" />} onClick={() => setQuestion('key')}>
          {t('user.resetKey')}
        </Button>
        <Button
          variant="default"
          disabled={isSelf}
          title={isSelf ? t('user.notSelf') : undefined}
          onClick={() => setQuestion('disable')}
        >
          {t(user.disabled ? 'user.enable' : 'user.disable')}
        </Button>
        <Button
          variant="outline"
          color="danger"
          leftSection={<Icon name="trash" />}
          disabled={isSelf}
          title={isSelf ? t('user.notSelf') : undefined}
          onClick={() => setQuestion('delete')}
        >
          {t('action.delete')}
        </Button>
      </div>
      {secret !== undefined && <SecretBox secret={secret.text} isKey={secret.isKey} />}
      <div className="panel-box">
        <dl className="facts">
          <dt>{t('user.organisation')}</dt>
          <dd>
            <AppLink to={paths.organisation(user.org_id)}>{organisation.name}</AppLink>
          </dd>
          <dt>{t('user.role')}</dt>
          <dd>{role.name}</dd>
          <dt>{t('user.disabled')}</dt>
          <dd>
            <YesNo value={user.disabled} />
          </dd>
          <dt>{t('user.mustChange')}</dt>
          <dd>
            <YesNo value={user.change_pw} />
          </dd>
          <dt>{t('user.autoalert')}</dt>
          <dd>
            <YesNo value={user.autoalert} />
          </dd>
          <dt>{t('user.lastLogin')}</dt>
          <dd>
            <Moment epoch={user.current_login} never={t('user.neverLogin')} />
          </dd>
          <dt>{t('field.created')}</dt>
          <dd>
            <Moment epoch={user.date_created} />
          </dd>
        </dl>
      </div>
      {asked !== undefined && (
        <ConfirmDialog
          opened
          title={asked.title}
          confirm={asked.confirm}
          tone={asked.danger ? 'danger' : 'accent'}
          onClose={() => setQuestion(undefined)}
          onConfirm={async () => {
            await asked.run();
            await refresh();
          }}
        >
          {asked.text}
        </ConfirmDialog>
      )}
    </div>
  );
}

/** One user, for administrators. */
export function Page() {
  const { id = '' } = useParams({ strict: false });
  return <UserDetails id={id} />;
}
