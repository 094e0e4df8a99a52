import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type EventTemplate, eventTemplateQuery, saveEventTemplate } from '../../api/around-event.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { ChoiceField, SwitchField, TextField } from '../../components/fields.tsx';
import { FormPage } from '../../components/form-page.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import {
  type DraftElement,
  definitionOf,
  draftOf,
  type ElementType,
  elementTypes,
  moveElement,
  newElement,
  renameElement,
  type TemplateDraft,
} from './template-draft.ts';
import { TemplateElementForm } from './template-element-form.tsx';

/** Builds a template, or changes one. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <Editor /> : <Stored id={id} />;
}

function Stored({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(eventTemplateQuery(id));
  if (data !== undefined) return <Editor key={data.version} template={data} />;
  return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
}

/** `definition` is where the server puts what is wrong with the elements. */
type Edited = TemplateDraft & { readonly definition: undefined };

function Editor({ template }: { readonly template?: EventTemplate }) {
  const t = useT();
  const go = useGo();
  const toasts = useToasts();
  const client = useQueryClient();
  const back = template === undefined ? paths.eventTemplates() : paths.eventTemplate(template.id);
  const form = useForm<Edited>({
    initial: { ...draftOf(template), definition: undefined },
    check: ({ name }) => (name.trim() === '' ? { name: t('form.required') } : {}),
    async save(values) {
      const { name, description, distribution, active } = values;
      const definition = definitionOf(values, template);
      const saved = await saveEventTemplate(template?.id, { name, description, distribution, active, definition });
      await client.invalidateQueries({ queryKey: ['eventTemplates'] });
      toasts.success(t('eventTemplate.saved'));
      await go(paths.eventTemplate(saved.EventTemplate.id));
    },
  });
  const { values, set, errorOf } = form;
  const wrong = errorOf('definition');
  return (
    <FormPage title={t(template === undefined ? 'eventTemplate.new' : 'eventTemplate.edit')} form={form} back={back}>
      <TextField
        label={t('field.name')}
        value={values.name}
        onChange={(name) => set('name', name)}
        error={errorOf('name')}
        required
      />
      <TextField
        label={t('field.description')}
        value={values.description}
        onChange={(description) => set('description', description)}
        rows={2}
      />
      <ChoiceField
        label={t('eventTemplate.forWhom')}
        value={values.distribution}
        choices={[
          { value: '0', label: t('eventTemplate.forOwn') },
          { value: '1', label: t('eventTemplate.forAll') },
        ]}
        onChange={(distribution) => set('distribution', distribution)}
      />
      <SwitchField label={t('state.active')} value={values.active} onChange={(active) => set('active', active)} />
      <Defaults values={values} set={set} />
      <h2 style={{ marginTop: 8 }}>{t('eventTemplate.elements')}</h2>
      {values.elements.length === 0 && (
        <EmptyState icon="clipboard" title={t('eventTemplate.noElements')} text={t('eventTemplate.noElementsText')} />
      )}
      <Elements elements={values.elements} onChange={(elements) => set('elements', elements)} />
      {wrong !== undefined && (
        <p role="alert" style={{ margin: 0, color: 'var(--danger-text, var(--mantine-color-error))' }}>
          {wrong}
        </p>
      )}
    </FormPage>
  );
}

function Defaults(props: {
  readonly values: TemplateDraft;
  readonly set: <Key extends keyof Edited>(key: Key, value: Edited[Key]) => void;
}) {
  const t = useT();
  const { values, set } = props;
  const none = { value: '', label: t('eventTemplate.asInstance') };
  return (
    <fieldset className="panel-box" style={{ display: 'grid', gap: 10 }}>
      <legend>{t('eventTemplate.defaults')}</legend>
      <TextField
        label={t('eventTemplate.info')}
        description={t('eventTemplate.infoText', { date: '{{date}}', user: '{{user}}', field: '{{field:id}}' })}
        value={values.info}
        onChange={(info) => set('info', info)}
      />
      <div className="form-row">
        <ChoiceField
          label={t('event.distribution')}
          value={values.eventDistribution}
          choices={[
            none,
            ...(['0', '1', '2', '3'] as const).map((value) => ({ value, label: t(`distribution.${value}`) })),
          ]}
          onChange={(value) => set('eventDistribution', value)}
        />
        <ChoiceField
          label={t('event.threat')}
          value={values.threatLevel}
          choices={[none, ...(['1', '2', '3', '4'] as const).map((value) => ({ value, label: t(`threat.${value}`) }))]}
          onChange={(value) => set('threatLevel', value)}
        />
        <ChoiceField
          label={t('event.analysis')}
          value={values.analysis}
          choices={[none, ...(['0', '1', '2'] as const).map((value) => ({ value, label: t(`analysis.${value}`) }))]}
          onChange={(value) => set('analysis', value)}
        />
      </div>
      <TextField
        label={t('event.tags')}
        description={t('eventTemplate.onePerLine')}
        value={values.tags}
        onChange={(tags) => set('tags', tags)}
        rows={2}
        mono
      />
    </fieldset>
  );
}

function Elements(props: {
  readonly elements: readonly DraftElement[];
  readonly onChange: (elements: readonly DraftElement[]) => void;
}) {
  const t = useT();
  const { elements, onChange } = props;
  const [type, setType] = useState<ElementType>('attribute_field');
  return (
    <>
      {elements.map((element, index) => (
        <TemplateElementForm
          key={element.key}
          element={element}
          others={elements}
          isFirst={index === 0}
          isLast={index === elements.length - 1}
          onBody={(body) => onChange(elements.map((other) => (other.key === element.key ? { ...other, body } : other)))}
          onRename={(id) => onChange(renameElement(elements, element.key, id))}
          onMove={(by) => onChange(moveElement(elements, element.key, by))}
          onRemove={() => onChange(elements.filter((other) => other.key !== element.key))}
        />
      ))}
      <div className="form-row" style={{ alignItems: 'end' }}>
        <ChoiceField
          label={t('eventTemplate.elementType')}
          value={type}
          choices={elementTypes.map((value) => ({ value, label: t(`templateElement.${value}`) }))}
          onChange={(value) => setType(elementTypes.find((known) => known === value) ?? type)}
        />
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          onClick={() => onChange([...elements, newElement(type, elements)])}
        >
          {t('eventTemplate.addElement')}
        </Button>
      </div>
    </>
  );
}
