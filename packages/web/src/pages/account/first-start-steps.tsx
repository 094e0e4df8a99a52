import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { changeOwnPassword, editOrganisation, editServerSetting, organisationQuery } from '../../api/administration.ts';
import { objectTemplatesQuery } from '../../api/attributes.ts';
import { type Library, libraries, updateLibrary } from '../../api/first-start.ts';
import { galaxiesQuery, setTaxonomyEnabled, taxonomiesQuery, warninglistsQuery } from '../../api/library.ts';
import { useSession } from '../../api/session.tsx';
import type { Organisation } from '../../api/wire.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './first-start.module.css';
import { checkNewPassword, NewPasswordFields, noNewPassword } from './new-password-fields.tsx';

interface StepProps {
  readonly onNext: () => void;
}

/** Form of a step: its text, its fields, one button. */
function StepForm(props: {
  readonly text: string;
  readonly form: { readonly busy: boolean; readonly failure: unknown; readonly submit: () => Promise<boolean> };
  readonly onNext: () => void;
  readonly children: ReactNode;
}) {
  const t = useT();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void props.form.submit().then((saved) => saved && props.onNext());
      }}
    >
      <p style={{ margin: 0 }}>{props.text}</p>
      {props.children}
      {props.form.failure !== undefined && <ErrorBox error={props.form.failure} />}
      <div className="form-actions">
        <Button type="submit" loading={props.form.busy}>
          {t('firstStart.next')}
        </Button>
      </div>
    </form>
  );
}

function OrganisationFields(props: StepProps & { readonly organisation: Organisation }) {
  const t = useT();
  const { organisation } = props;
  const form = useForm({
    initial: {
      name: organisation.name === 'ORGNAME' ? '' : organisation.name,
      sector: organisation.sector ?? '',
      nationality: organisation.nationality ?? '',
    },
    check: ({ name }) => (name.trim() === '' ? { name: t('form.required') } : {}),
    async save(values) {
      await editOrganisation(organisation.id, values);
      await editServerSetting('MISP.org', values.name);
    },
  });
  const { values, set, errorOf } = form;
  return (
    <StepForm text={t('firstStart.organisationText')} form={form} onNext={props.onNext}>
      <TextField
        label={t('field.name')}
        value={values.name}
        onChange={(name) => set('name', name)}
        error={errorOf('name')}
        required
        autoFocus
      />
      <div className="form-row">
        <TextField
          label={t('organisation.sector')}
          value={values.sector}
          onChange={(sector) => set('sector', sector)}
          error={errorOf('sector')}
        />
        <TextField
          label={t('organisation.nationality')}
          value={values.nationality}
          onChange={(text) => set('nationality', text)}
          error={errorOf('nationality')}
        />
      </div>
    </StepForm>
  );
}

/** Step 1: the organisation that runs the instance. */
export function OrganisationStep(props: StepProps) {
  const session = useSession();
  const { data, error } = useQuery(organisationQuery(session.organisation.id));
  if (data === undefined) return error === null ? <Skeleton height={160} /> : <ErrorBox error={error} />;
  return <OrganisationFields {...props} organisation={data} />;
}

/** Step 2: a password of one's own instead of the printed one. */
export function PasswordStep(props: StepProps) {
  const t = useT();
  const form = useForm({
    initial: noNewPassword,
    check: (values) => checkNewPassword(t, values),
    save: ({ password, current_password }) => changeOwnPassword(password, current_password),
  });
  return (
    <StepForm text={t('firstStart.passwordText')} form={form} onNext={props.onNext}>
      <NewPasswordFields form={form} />
    </StepForm>
  );
}

/** Step 3: what new events start with. */
export function InstanceStep(props: StepProps) {
  const t = useT();
  const { settings } = useSession();
  const form = useForm({
    initial: {
      distribution: String(settings['MISP.default_event_distribution'] ?? '1'),
      threat: String(settings['MISP.default_event_threat_level'] ?? '4'),
    },
    async save({ distribution, threat }) {
      await editServerSetting('MISP.default_event_distribution', distribution);
      await editServerSetting('MISP.default_event_threat_level', threat);
    },
  });
  const { values, set } = form;
  return (
    <StepForm text={t('firstStart.instanceText')} form={form} onNext={props.onNext}>
      <div>
        {t('firstStart.address')}: <span className="mono">{String(settings.baseUrl ?? location.origin)}</span>
      </div>
      <ChoiceField
        label={t('firstStart.distribution')}
        value={values.distribution}
        choices={(['0', '1', '2', '3'] as const).map((value) => ({ value, label: t(`distribution.${value}`) }))}
        onChange={(value) => set('distribution', value)}
      />
      <ChoiceField
        label={t('firstStart.threat')}
        value={values.threat}
        choices={(['1', '2', '3', '4'] as const).map((value) => ({ value, label: t(`threat.${value}`) }))}
        onChange={(value) => set('threat', value)}
      />
    </StepForm>
  );
}

/** How many entries each library holds, once known. */
function useLibraryCounts(): Readonly<Record<Library, number | undefined>> {
  return {
    taxonomies: useQuery(taxonomiesQuery()).data?.length,
    galaxies: useQuery(galaxiesQuery()).data?.length,
    objectTemplates: useQuery(objectTemplatesQuery()).data?.length,
    warninglists: useQuery(warninglistsQuery()).data?.length,
  };
}

/** Step 4: vocabularies and lists; the usual taxonomies are switched on. */
export function ContentStep(props: StepProps) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const counts = useLibraryCounts();
  const { data: taxonomies = [] } = useQuery(taxonomiesQuery());
  const [busy, setBusy] = useState<Library | 'enable'>();
  const usual = taxonomies.filter(({ Taxonomy: { namespace } }) => ['tlp', 'PAP', 'workflow'].includes(namespace));

  async function work(name: Library | 'enable', run: () => Promise<unknown>) {
    setBusy(name);
    try {
      await run();
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(undefined);
      await client.invalidateQueries();
    }
  }

  return (
    <div className="form">
      <p style={{ margin: 0 }}>{t('firstStart.contentText')}</p>
      {libraries.map((library) => (
        <div key={library} className={styles.library}>
          <span>{t(`nav.${library}`)}</span>
          <span className="count">{counts[library] ?? '…'}</span>
          <Button
            variant="default"
            loading={busy === library}
            disabled={busy !== undefined}
            onClick={() => void work(library, () => updateLibrary(library))}
          >
            {t('firstStart.load')}
          </Button>
        </div>
      ))}
      {usual.some((row) => !row.Taxonomy.enabled) && (
        <Button
          variant="light"
          loading={busy === 'enable'}
          onClick={() =>
            void work('enable', async () => {
              for (const { Taxonomy: taxonomy } of usual) await setTaxonomyEnabled(taxonomy.id, true);
            })
          }
        >
          {t('firstStart.enableUsual', { names: usual.map((row) => row.Taxonomy.namespace).join(', ') })}
        </Button>
      )}
      <div className="form-actions">
        <Button onClick={props.onNext} disabled={busy !== undefined}>
          {t('firstStart.next')}
        </Button>
      </div>
    </div>
  );
}

/** Step 5: where to go from here. */
export function DoneStep(props: { readonly onFinish: (target: string) => void }) {
  const t = useT();
  const links = [
    { label: t('firstStart.doUsers'), path: paths.newUser() },
    { label: t('firstStart.doKey'), path: paths.newAuthKey() },
    { label: t('firstStart.doImport'), path: paths.importEvents() },
    { label: t('firstStart.doEvent'), path: paths.newEvent() },
  ];
  return (
    <div className="form">
      <p style={{ margin: 0 }}>{t('firstStart.doneText')}</p>
      <ul className={styles.checklist}>
        {links.map((link) => (
          <li key={link.path}>
            <button
              type="button"
              className="text-button"
              style={{ color: 'var(--accent)' }}
              onClick={() => props.onFinish(link.path)}
            >
              {link.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <Button onClick={() => props.onFinish(paths.events())}>{t('firstStart.finish')}</Button>
      </div>
    </div>
  );
}
