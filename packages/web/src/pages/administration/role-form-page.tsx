import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { addRole, deleteRole, editRole, rolesQuery, setDefaultRole } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Role } from '../../api/wire.ts';
import { FailurePage, NotFoundPage } from '../../app/not-found.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CheckField, ChoiceField, TextField } from '../../components/fields.tsx';
import { FormPage } from '../../components/form-page.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { levelOf, levels, roleFlags } from './role-flags.ts';
import styles from './role-form.module.css';

type Flags = Readonly<Record<(typeof roleFlags)[number], boolean>>;

const flagsOf = (role: Role | undefined): Flags =>
  Object.fromEntries(roleFlags.map((flag) => [flag, role?.[flag] ?? flag === 'perm_auth'])) as Flags;

function RoleForm({ role }: { readonly role?: Role }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const mayEdit = hasRight(useSession(), 'perm_site_admin');
  const [deleting, setDeleting] = useState(false);
  const form = useForm<{ name: string; permission: string } & Flags>({
    initial: { name: role?.name ?? '', permission: role?.permission ?? '0', ...flagsOf(role) },
    check: ({ name }) => (name.trim() === '' ? { name: t('form.required') } : {}),
    async save(values) {
      // The level decides on add, modify, modify_org and publish; without it all four would be switched off.
      await (role === undefined ? addRole(values) : editRole(role.id, values));
      await client.invalidateQueries({ queryKey: ['roles'] });
      await client.invalidateQueries({ queryKey: ['role'] });
      toasts.success(t('form.saved', { name: values.name }));
      await go(paths.roles());
    },
  });
  const { values, set, errorOf } = form;
  return (
    <FormPage
      title={role === undefined ? t('role.new') : t('role.edit', { name: role.name })}
      form={form}
      back={paths.roles()}
      actions={
        role !== undefined &&
        mayEdit && (
          <>
            <Button variant="outline" color="danger" onClick={() => setDeleting(true)}>
              {t('action.delete')}
            </Button>
            {role.default !== true && (
              <Button
                variant="default"
                onClick={() =>
                  void setDefaultRole(role.id).then(async () => {
                    await client.invalidateQueries({ queryKey: ['roles'] });
                    toasts.success(t('role.defaultSet', { name: role.name }));
                  }, toasts.failure)
                }
              >
                {t('role.makeDefault')}
              </Button>
            )}
          </>
        )
      }
    >
      <fieldset disabled={!mayEdit} className={styles.plain}>
        <div className="form">
          {!mayEdit && <p className="muted">{t('reason.right', { right: 'perm_site_admin' })}</p>}
          <TextField
            label={t('field.name')}
            value={values.name}
            onChange={(name) => set('name', name)}
            error={errorOf('name')}
            required
          />
          <ChoiceField
            label={t('role.level')}
            value={values.permission}
            choices={levels.map((level) => ({ value: level, label: t(levelOf(level)) }))}
            onChange={(permission) => set('permission', permission)}
          />
          <div className={styles.flags}>
            {roleFlags.map((flag) => (
              <CheckField
                key={flag}
                label={t(`role.${flag}`)}
                description={flag}
                value={values[flag]}
                onChange={(on) => set(flag, on as never)}
              />
            ))}
          </div>
        </div>
      </fieldset>
      {role !== undefined && (
        <ConfirmDialog
          opened={deleting}
          title={t('role.delete', { name: role.name })}
          confirm={t('action.delete')}
          tone="danger"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await deleteRole(role.id);
            await client.invalidateQueries({ queryKey: ['roles'] });
            toasts.success(t('form.deleted', { name: role.name }));
            await go(paths.roles());
          }}
        >
          {t('role.deleteText')}
        </ConfirmDialog>
      )}
    </FormPage>
  );
}

function EditRole({ id }: { readonly id: string }) {
  // Only the list tells which role is the default.
  const { data, error, refetch } = useQuery(rolesQuery());
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const role = data.find((entry) => entry.id === id);
  return role === undefined ? <NotFoundPage /> : <RoleForm key={role.id} role={role} />;
}

/** A new role, or one role with its flags; read-only for those who may not change it. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <RoleForm /> : <EditRole id={id} />;
}
