import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type AttributeInput, describeTypesQuery } from '../../api/attributes.ts';
import type { DescribeTypes } from '../../api/wire.ts';
import { CheckField, ChoiceField, TextField } from '../../components/fields.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { categoriesOf, categoryForType } from './attribute-choices.ts';
import styles from './attribute-editor.module.css';
import { DistributionField } from './distribution-field.tsx';

/** An attribute while it is edited. */
export interface AttributeDraft {
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly comment: string;
  readonly to_ids: boolean;
  readonly disable_correlation: boolean;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly first_seen: string;
  readonly last_seen: string;
}

interface AttributeEditorProps {
  readonly initial: AttributeDraft;
  /** Error that a save which had already closed the editor met. */
  readonly initialError?: unknown;
  /** Attributes of an object keep their type. */
  readonly fixedType: boolean;
  readonly submitLabel: string;
  readonly onSave: (input: AttributeInput, draft: AttributeDraft) => Promise<void>;
  readonly onClose: () => void;
}

type FormProps = AttributeEditorProps & { readonly types: DescribeTypes };

/** The value's fault in the server's words, from the rules that client and server share. */
async function faultOf(draft: AttributeDraft): Promise<string | undefined> {
  const { validateAttributeValue } = await import('@magpie/model');
  const verdict = validateAttributeValue(draft.type, draft.value);
  return verdict.ok ? undefined : verdict.message;
}

/** The editor takes the focus with it as it goes: the rows have it next, so that keys go on from there. */
function giveFocusToRows(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('[role="treegrid"]')?.focus();
  });
}

function EditorForm(props: FormProps) {
  const t = useT();
  const { types } = props;
  const form = useForm({
    initial: props.initial,
    check: async (draft) => ({ value: draft.value.trim() === '' ? t('form.required') : await faultOf(draft) }),
    save: ({ first_seen, last_seen, ...draft }) =>
      props.onSave(
        { ...draft, first_seen: first_seen === '' ? null : first_seen, last_seen: last_seen === '' ? null : last_seen },
        { ...draft, first_seen, last_seen },
      ),
    failure: props.initialError,
  });
  const { values, set, errorOf } = form;
  useEffect(() => giveFocusToRows, []);

  function changeType(type: string) {
    const facts = types.sane_defaults[type];
    form.setAll({
      ...values,
      type,
      category: categoryForType(types, type, values.category),
      to_ids: facts === undefined ? values.to_ids : facts.to_ids === 1,
    });
  }

  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') props.onClose();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void form.submit();
      }}
    >
      <div className={styles.fields}>
        <PickField
          label={t('attribute.type')}
          value={values.type}
          disabled={props.fixedType}
          error={errorOf('type')}
          choices={types.types.map((type) => ({ value: type, label: type }))}
          onChange={changeType}
        />
        <ChoiceField
          label={t('attribute.category')}
          value={values.category}
          error={errorOf('category')}
          choices={categoriesOf(types, values.type).map((category) => ({ value: category, label: category }))}
          onChange={(category) => set('category', category)}
        />
        <div className={styles.wide}>
          <TextField
            label={t('attribute.value')}
            value={values.value}
            onChange={(value) => set('value', value)}
            error={errorOf('value')}
            rows={1}
            mono
            autoFocus
            required
          />
        </div>
        <div className={styles.comment}>
          <TextField
            label={t('attribute.comment')}
            value={values.comment}
            onChange={(comment) => set('comment', comment)}
            error={errorOf('comment')}
          />
        </div>
        <DistributionField
          value={values}
          mayInherit
          error={errorOf('distribution') ?? errorOf('sharing_group_id')}
          onChange={(sharing) => form.setAll({ ...values, ...sharing })}
        />
        <TextField
          label={t('attribute.firstSeen')}
          value={values.first_seen}
          placeholder="2026-01-31T12:00:00Z"
          onChange={(value) => set('first_seen', value)}
          error={errorOf('first_seen')}
          mono
        />
        <TextField
          label={t('attribute.lastSeen')}
          value={values.last_seen}
          placeholder="2026-01-31T12:00:00Z"
          onChange={(value) => set('last_seen', value)}
          error={errorOf('last_seen')}
          mono
        />
      </div>
      {form.failure !== undefined && <ErrorBox error={form.failure} />}
      <div className={styles.foot}>
        <CheckField label={t('attribute.ids')} value={values.to_ids} onChange={(on) => set('to_ids', on)} />
        <CheckField
          label={t('attribute.noCorrelation')}
          value={values.disable_correlation}
          onChange={(on) => set('disable_correlation', on)}
        />
        <span className={styles.space} />
        <Button variant="default" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={form.busy} title="Ctrl Enter">
          {props.submitLabel}
        </Button>
      </div>
    </form>
  );
}

/** Fields of one attribute, for a new one or in place of a row. Same rules as the server, same messages. */
export function AttributeEditor(props: AttributeEditorProps) {
  const { data: types, error } = useQuery(describeTypesQuery());
  if (types === undefined) {
    return (
      <div className={styles.editor}>{error === null ? <Skeleton height={80} /> : <ErrorBox error={error} />}</div>
    );
  }
  return <EditorForm {...props} types={types} />;
}
