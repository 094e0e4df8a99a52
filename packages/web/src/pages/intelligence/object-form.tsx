import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addObject, describeTypesQuery, type ObjectTemplateView } from '../../api/attributes.ts';
import type { EventHeader, ObjectTemplateElement } from '../../api/wire.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from './distribution-field.tsx';
import { attributesOf, firstRelations, missingOf, type ObjectValues, requirementsOf } from './object-fields.ts';
import styles from './object-panel.module.css';
import type { EventActions } from './use-event-actions.ts';

interface ObjectFormProps {
  readonly view: ObjectTemplateView;
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly onClose: () => void;
}

function ElementField(props: {
  readonly element: ObjectTemplateElement;
  readonly required: boolean;
  readonly values: readonly string[];
  readonly errors: readonly (string | undefined)[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const t = useT();
  const { element, values, onChange } = props;
  const list = values.length === 0 ? [''] : values;
  const setAt = (place: number, value: string) => onChange(list.map((old, index) => (index === place ? value : old)));
  const choices = [...element.values_list, ...element.sane_default];
  return list.map((value, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a value has no identity but its place
    <div key={index} className={styles.field}>
      {choices.length > 0 && element.values_list.length > 0 ? (
        <ChoiceField
          label={element.object_relation}
          description={element.description}
          required={props.required}
          value={value}
          error={props.errors[index]}
          choices={[{ value: '', label: '' }, ...choices.map((choice) => ({ value: choice, label: choice }))]}
          onChange={(next) => setAt(index, next)}
        />
      ) : (
        <TextField
          label={`${element.object_relation} (${element.type})`}
          description={element.description}
          required={props.required}
          mono
          value={value}
          error={props.errors[index]}
          onChange={(next) => setAt(index, next)}
        />
      )}
      {element.multiple && index === list.length - 1 && (
        <ActionIcon
          aria-label={t('object.another', { name: element.object_relation })}
          onClick={() => onChange([...list, ''])}
        >
          <Icon name="plus" />
        </ActionIcon>
      )}
    </div>
  ));
}

/** Fields of one object, from its template; what is typed stays when the server refuses. */
export function ObjectForm({ view, event, actions, onClose }: ObjectFormProps) {
  const t = useT();
  const toasts = useToasts();
  const { data: types } = useQuery(describeTypesQuery());
  const template = view.ObjectTemplate;
  const elements = view.ObjectTemplateElement;
  const requirements = requirementsOf(template);
  const [relations, setRelations] = useState(() => firstRelations(elements, requirements));
  const [values, setValues] = useState<ObjectValues>({});
  const [errors, setErrors] = useState<Readonly<Record<string, readonly (string | undefined)[]>>>({});
  const [comment, setComment] = useState('');
  const [sharing, setSharing] = useState({ distribution: '5', sharing_group_id: '0' });
  const [failure, setFailure] = useState<unknown>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function findFaults(): Promise<boolean> {
    const { validateAttributeValue } = await import('@magpie/model');
    const found: Record<string, (string | undefined)[]> = {};
    for (const element of elements) {
      found[element.object_relation] = (values[element.object_relation] ?? []).map((value) => {
        if (value.trim() === '') return undefined;
        const verdict = validateAttributeValue(element.type, value);
        return verdict.ok ? undefined : verdict.message;
      });
    }
    setErrors(found);
    return Object.values(found)
      .flat()
      .some((text) => text !== undefined);
  }

  async function save() {
    setFailure(undefined);
    const missing = missingOf(values, requirements);
    const attributes = attributesOf(values, elements, types);
    if (missing !== undefined)
      return setProblem(
        t(missing.all ? 'object.missing' : 'object.oneOf', { fields: missing.relations.slice(0, 8).join(', ') }),
      );
    if (attributes.length === 0) return setProblem(t('object.empty'));
    setProblem(undefined);
    setBusy(true);
    try {
      if (await findFaults()) return undefined;
      const { name, description, version, uuid } = template;
      await addObject(event.id, {
        name,
        'meta-category': template['meta-category'],
        description,
        template_uuid: uuid,
        template_version: version,
        comment,
        ...sharing,
        Attribute: attributes,
      });
      await actions.refresh();
      toasts.success(t('object.added', { name }));
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
    return undefined;
  }

  const hidden = elements.filter((element) => !relations.includes(element.object_relation));
  return (
    <form
      className="form"
      onSubmit={(submit) => {
        submit.preventDefault();
        void save();
      }}
    >
      <p className="muted" style={{ margin: 0 }}>
        {template.description}
      </p>
      {relations.map((relation) => {
        const element = elements.find((entry) => entry.object_relation === relation);
        if (element === undefined) return null;
        return (
          <ElementField
            key={relation}
            element={element}
            required={requirements.required.includes(relation)}
            values={values[relation] ?? []}
            errors={errors[relation] ?? []}
            onChange={(next) => setValues((current) => ({ ...current, [relation]: next }))}
          />
        );
      })}
      {hidden.length > 0 && (
        <PickField
          label={t('object.moreFields', { n: hidden.length })}
          value=""
          placeholder={t('object.searchField')}
          choices={hidden.map((element) => ({
            value: element.object_relation,
            label: `${element.object_relation} (${element.type})`,
          }))}
          onChange={(relation) => setRelations((current) => [...current, relation])}
        />
      )}
      <div className="form-row">
        <TextField label={t('attribute.comment')} value={comment} onChange={setComment} />
        <DistributionField value={sharing} mayInherit onChange={setSharing} />
      </div>
      {problem !== undefined && (
        <p role="alert" style={{ color: 'var(--danger)', margin: 0 }}>
          {problem}
        </p>
      )}
      {failure !== undefined && <ErrorBox error={failure} />}
      <div className="form-actions">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('object.add')}
        </Button>
      </div>
    </form>
  );
}
