import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { type Choice, ChoiceField, PasswordField, SwitchField, TextField } from './fields.tsx';
import { FormBody } from './form-body.tsx';
import { PickField } from './pick-field.tsx';
import { useForm } from './use-form.ts';
import { WordsField } from './words-field.tsx';

/** The values of a panel's fields, by the server's names. */
export type PanelValues = Readonly<Record<string, string | boolean>>;

/** One field of a panel, by the name that the server gives it. */
export interface PanelField {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'area' | 'switch' | 'choice' | 'pick' | 'secret' | 'words';
  readonly choices?: readonly Choice[];
  /** Of `words`, whose value is one word on each line. */
  readonly suggestions?: readonly string[];
  readonly help?: string;
  readonly required?: boolean;
  readonly mono?: boolean;
  readonly rows?: number;
  /** Heading above it: the first of a group of fields. */
  readonly heading?: string;
  /** Shown only while this holds. */
  readonly when?: (values: PanelValues) => boolean;
}

export interface PanelFormProps {
  readonly title: string;
  readonly fields: readonly PanelField[];
  readonly initial: PanelValues;
  /** What is wrong, by field, beyond what is missing. */
  readonly check?: (values: PanelValues) => Readonly<Record<string, string>>;
  readonly save: (values: PanelValues) => Promise<unknown>;
  readonly onClose: () => void;
  readonly submit?: string;
  /** Above the fields. */
  readonly children?: ReactNode;
  readonly size?: number;
}

/** A form in a panel at the right, made from a list of fields; closes when the server has taken it. */
export function PanelFormContent(props: PanelFormProps) {
  const t = useT();
  const { fields } = props;
  const form = useForm<Record<string, string | boolean>>({
    initial: { ...props.initial },
    check: (values) => ({
      ...props.check?.(values),
      ...Object.fromEntries(
        fields
          .filter((field) => field.required === true && field.when?.(values) !== false)
          .filter((field) => String(values[field.name] ?? '').trim() === '')
          .map((field) => [field.name, t('form.required')]),
      ),
    }),
    async save(values) {
      await props.save(values);
      props.onClose();
    },
  });
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size={props.size ?? 480}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FormBody form={form} onCancel={props.onClose} submitLabel={props.submit}>
        {props.children}
        {fields
          .filter((field) => field.when?.(form.values) !== false)
          .map((field, index) => (
            <Field
              key={field.name}
              field={field}
              isFirst={index === 0}
              value={form.values[field.name] ?? ''}
              error={form.errorOf(field.name)}
              onChange={(value) => form.set(field.name, value)}
            />
          ))}
      </FormBody>
    </Drawer>
  );
}

function Field(props: {
  readonly field: PanelField;
  /** The first field is where one starts to type, not the button that closes. */
  readonly isFirst: boolean;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}) {
  const { field, value, error, onChange } = props;
  const shared = {
    label: field.label,
    description: field.help,
    error,
    autoFocus: props.isFirst,
    ...(field.required === true ? { required: true } : {}),
  };
  const text = String(value);
  const choices = field.choices ?? [];
  const content = () => {
    switch (field.kind) {
      case 'switch':
        return <SwitchField {...shared} value={value === true} onChange={onChange} />;
      case 'choice':
        return <ChoiceField {...shared} value={text} choices={choices} onChange={onChange} />;
      case 'pick':
        return <PickField {...shared} value={text} choices={choices} onChange={onChange} />;
      case 'secret':
        return <PasswordField {...shared} value={text} autoComplete="new-password" onChange={onChange} />;
      case 'words':
        return (
          <WordsField
            {...shared}
            value={text === '' ? [] : text.split('\n')}
            suggestions={field.suggestions ?? []}
            onChange={(words) => onChange(words.join('\n'))}
          />
        );
      case 'area':
        return (
          <TextField {...shared} value={text} rows={field.rows ?? 4} mono={field.mono === true} onChange={onChange} />
        );
      default:
        return <TextField {...shared} value={text} mono={field.mono === true} onChange={onChange} />;
    }
  };
  return (
    <>
      {field.heading !== undefined && <h3 style={{ marginTop: 6 }}>{field.heading}</h3>}
      {content()}
    </>
  );
}
