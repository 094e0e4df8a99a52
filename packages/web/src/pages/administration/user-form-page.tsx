import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  addUser,
  editUser,
  organisationsQuery,
  rolesQuery,
  type UserIndexRow,
  userQuery,
} from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { CheckField, PasswordField, TextField } from '../../components/fields.tsx';
import { FormPage } from '../../components/form-page.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { SecretBox } from '../../components/secret-box.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { randomPassword } from './random-password.ts';

function UserForm({ row }: { readonly row?: UserIndexRow }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const session = useSession();
  const maySetOrganisation = hasRight(session, 'perm_site_admin');
  const [secret, setSecret] = useState<string>();
  const { data: organisations = [] } = useQuery(organisationsQuery('local'));
  const { data: roles = [] } = useQuery(rolesQuery());
  const usual = roles.find((role) => role.default === true)?.id ?? '';
  const form = useForm({
    initial: {
      email: row?.User.email ?? '',
      org_id: row?.User.org_id ?? String(session.organisation.id),
      role_id: row?.User.role_id ?? '',
      password: '',
      change_pw: row?.User.change_pw ?? true,
      autoalert: row?.User.autoalert ?? false,
      disabled: row?.User.disabled ?? false,
    },
    check: ({ email }) => (email.trim() === '' ? { email: t('form.required') } : {}),
    async save({ password, role_id, ...values }) {
      const input = { ...values, role_id: role_id === '' ? usual : role_id };
      if (row === undefined) {
        const chosen = password === '' ? randomPassword() : password;
        await addUser({ ...input, password: chosen });
        if (password === '') setSecret(chosen);
        else await go(paths.users());
      } else {
        await editUser(row.User.id, password === '' ? input : { ...input, password });
        await go(paths.user(row.User.id));
      }
      await client.invalidateQueries({ queryKey: ['users'] });
      await client.invalidateQueries({ queryKey: ['user'] });
      toasts.success(t('form.saved', { name: values.email }));
    },
  });
  const { values, set, errorOf } = form;
  if (secret !== undefined) {
    return (
      <div className="page">
        <div className="page-head">
          <h1>{t('user.created', { email: values.email })}</h1>
        </div>
        <SecretBox secret={secret} isKey={false} />
      </div>
    );
  }
  return (
    <FormPage
      title={row === undefined ? t('new.user') : t('user.edit', { email: row.User.email })}
      form={form}
      back={row === undefined ? paths.users() : paths.user(row.User.id)}
    >
      <TextField
        label={t('user.email')}
        type="email"
        value={values.email}
        onChange={(email) => set('email', email)}
        error={errorOf('email')}
        required
        autoFocus
      />
      <div className="form-row">
        <PickField
          label={t('user.organisation')}
          value={values.org_id}
          disabled={!maySetOrganisation}
          error={errorOf('org_id')}
          choices={organisations.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => set('org_id', id)}
        />
        <PickField
          label={t('user.role')}
          value={values.role_id === '' ? usual : values.role_id}
          error={errorOf('role_id')}
          choices={roles.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => set('role_id', id)}
        />
      </div>
      <PasswordField
        label={t('user.password')}
        description={t(row === undefined ? 'user.passwordNew' : 'user.passwordKeep')}
        autoComplete="new-password"
        value={values.password}
        onChange={(password) => set('password', password)}
        error={errorOf('password')}
      />
      <CheckField label={t('user.mustChange')} value={values.change_pw} onChange={(on) => set('change_pw', on)} />
      <CheckField label={t('user.autoalert')} value={values.autoalert} onChange={(on) => set('autoalert', on)} />
      <CheckField label={t('user.disabled')} value={values.disabled} onChange={(on) => set('disabled', on)} />
    </FormPage>
  );
}

function EditUser({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(userQuery(id));
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return <UserForm key={data.User.id} row={data} />;
}

/** A new user, or changes to one. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <UserForm /> : <EditUser id={id} />;
}
