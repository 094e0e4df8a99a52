import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { addOrganisation, editOrganisation, organisationQuery } from '../../api/administration.ts';
import type { Organisation } from '../../api/wire.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { CheckField, TextField } from '../../components/fields.tsx';
import { FormPage } from '../../components/form-page.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

function OrganisationForm({ organisation }: { readonly organisation?: Organisation }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const form = useForm({
    initial: {
      name: organisation?.name ?? '',
      uuid: organisation?.uuid ?? '',
      description: organisation?.description ?? '',
      type: organisation?.type ?? '',
      nationality: organisation?.nationality ?? '',
      sector: organisation?.sector ?? '',
      contacts: organisation?.contacts ?? '',
      local: organisation?.local ?? true,
    },
    check: ({ name }) => (name.trim() === '' ? { name: t('form.required') } : {}),
    async save({ uuid, ...values }) {
      const input = uuid.trim() === '' ? values : { ...values, uuid: uuid.trim() };
      const saved = await (organisation === undefined
        ? addOrganisation(input)
        : editOrganisation(organisation.id, input));
      await client.invalidateQueries({ queryKey: ['organisations'] });
      await client.invalidateQueries({ queryKey: ['organisation'] });
      toasts.success(t('form.saved', { name: values.name }));
      await go(paths.organisation(saved.Organisation.id));
    },
  });
  const { values, set, errorOf } = form;
  return (
    <FormPage
      title={organisation === undefined ? t('new.organisation') : t('organisation.edit', { name: organisation.name })}
      form={form}
      back={organisation === undefined ? paths.organisations() : paths.organisation(organisation.id)}
    >
      <TextField
        label={t('field.name')}
        value={values.name}
        onChange={(name) => set('name', name)}
        error={errorOf('name')}
        required
        autoFocus
      />
      <TextField
        label="UUID"
        description={t('organisation.uuidHelp')}
        mono
        value={values.uuid}
        onChange={(uuid) => set('uuid', uuid)}
        error={errorOf('uuid')}
      />
      <CheckField
        label={t('organisation.local')}
        description={t('organisation.localHelp')}
        value={values.local}
        onChange={(local) => set('local', local)}
      />
      <div className="form-row">
        <TextField
          label={t('organisation.type')}
          value={values.type}
          onChange={(type) => set('type', type)}
          error={errorOf('type')}
        />
        <TextField
          label={t('organisation.sector')}
          value={values.sector}
          onChange={(sector) => set('sector', sector)}
          error={errorOf('sector')}
        />
        <TextField
          label={t('organisation.nationality')}
          value={values.nationality}
          onChange={(nationality) => set('nationality', nationality)}
          error={errorOf('nationality')}
        />
      </div>
      <TextField
        label={t('field.description')}
        rows={2}
        value={values.description}
        onChange={(description) => set('description', description)}
        error={errorOf('description')}
      />
      <TextField
        label={t('organisation.contacts')}
        rows={2}
        value={values.contacts}
        onChange={(contacts) => set('contacts', contacts)}
        error={errorOf('contacts')}
      />
    </FormPage>
  );
}

function EditOrganisation({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(organisationQuery(id));
  if (data === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return <OrganisationForm key={data.id} organisation={data} />;
}

/** A new organisation, or changes to one. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <OrganisationForm /> : <EditOrganisation id={id} />;
}
