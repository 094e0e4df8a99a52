import { Button, Drawer } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { addSharingGroup, organisationsQuery } from '../../api/administration.ts';
import { useSession } from '../../api/session.tsx';
import { CheckField, TextField } from '../../components/fields.tsx';
import { FormBody } from '../../components/form-body.tsx';
import { Icon } from '../../components/icon.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';

interface Draft {
  readonly name: string;
  readonly releasability: string;
  readonly description: string;
  readonly roaming: boolean;
  /** UUIDs of the members other than the own organisation, which always belongs. */
  readonly members: readonly string[];
}

/** A new sharing group, with the live sentence of who will be in it. */
export function SharingGroupPanel({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const session = useSession();
  const client = useQueryClient();
  const toasts = useToasts();
  const { data: organisations = [] } = useQuery(organisationsQuery('all'));
  const own = { uuid: session.organisation.uuid, name: session.organisation.name };
  const form = useForm<Draft>({
    initial: { name: '', releasability: '', description: '', roaming: false, members: [] },
    check: ({ name, releasability }) => ({
      ...(name.trim() === '' ? { name: t('form.required') } : {}),
      ...(releasability.trim() === '' ? { releasability: t('form.required') } : {}),
    }),
    async save({ members, ...group }) {
      const listed = organisations.filter((organisation) => members.includes(organisation.uuid));
      await addSharingGroup({
        ...group,
        active: true,
        SharingGroupOrg: [
          { extend: true, Organisation: own },
          ...listed.map(({ uuid, name }) => ({ extend: false, Organisation: { uuid, name } })),
        ],
      });
      await client.invalidateQueries({ queryKey: ['sharingGroups'] });
      toasts.success(t('form.saved', { name: group.name }));
      onClose();
    },
  });
  const { values, set, errorOf } = form;
  const chosen = organisations.filter((organisation) => values.members.includes(organisation.uuid));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={t('group.new')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FormBody form={form} onCancel={onClose}>
        <TextField
          label={t('field.name')}
          value={values.name}
          onChange={(name) => set('name', name)}
          error={errorOf('name')}
          required
          autoFocus
        />
        <TextField
          label={t('group.releasability')}
          description={t('group.releasabilityHelp')}
          value={values.releasability}
          onChange={(text) => set('releasability', text)}
          error={errorOf('releasability')}
          required
        />
        <TextField
          label={t('field.description')}
          rows={2}
          value={values.description}
          onChange={(text) => set('description', text)}
          error={errorOf('description')}
        />
        <PickField
          label={t('group.addMember')}
          value=""
          choices={organisations
            .filter((organisation) => organisation.uuid !== own.uuid && !values.members.includes(organisation.uuid))
            .map((organisation) => ({ value: organisation.uuid, label: organisation.name }))}
          onChange={(uuid) => uuid !== '' && set('members', [...values.members, uuid])}
        />
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          <li>
            <bdi>{own.name}</bdi> <span className="muted">{t('group.own')}</span>
          </li>
          {chosen.map((organisation) => (
            <li key={organisation.uuid}>
              <bdi>{organisation.name}</bdi>{' '}
              <Button
                variant="subtle"
                leftSection={<Icon name="close" size={12} />}
                onClick={() =>
                  set(
                    'members',
                    values.members.filter((uuid) => uuid !== organisation.uuid),
                  )
                }
              >
                {t('action.remove')}
              </Button>
            </li>
          ))}
        </ul>
        <CheckField
          label={t('group.roaming')}
          description={t('group.roamingHelp')}
          value={values.roaming}
          onChange={(on) => set('roaming', on)}
        />
        <p role="status" style={{ margin: 0 }}>
          {t('audience.4', {
            group: values.name || '…',
            n: chosen.length + 1,
            members: [own, ...chosen].map(({ name }) => name).join(', '),
          })}
        </p>
      </FormBody>
    </Drawer>
  );
}
