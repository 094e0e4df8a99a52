import { Checkbox, NativeSelect, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useT } from '../i18n/i18n.tsx';

export interface FieldProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly required?: boolean;
}

interface TextFieldProps extends FieldProps<string> {
  readonly mono?: boolean;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly type?: 'text' | 'email' | 'date' | 'datetime-local' | 'search' | 'color';
  readonly rows?: number;
}

const classNames = (mono: boolean | undefined) => (mono === true ? { input: 'mono' } : undefined);

/** One line of text, or several with `rows`. */
export function TextField(props: TextFieldProps) {
  const { mono, onChange, rows, type, autoFocus, required, ...rest } = props;
  const shared = {
    ...rest,
    ...(autoFocus === true ? { 'data-autofocus': true, autoFocus: true } : {}),
    ...(classNames(mono) === undefined ? {} : { classNames: classNames(mono) }),
    // Not `required`: the browser would answer in its own words before ours.
    withAsterisk: required === true,
    'aria-required': required === true,
    spellCheck: mono !== true,
  };
  if (rows !== undefined) {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={rows}
        maxRows={16}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      type={type ?? 'text'}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function PasswordField(
  props: FieldProps<string> & { readonly autoComplete: 'current-password' | 'new-password' },
) {
  const t = useT();
  const { onChange, required, ...rest } = props;
  return (
    <PasswordInput
      {...rest}
      withAsterisk={required === true}
      visibilityToggleButtonProps={{ 'aria-label': t('field.showPassword') }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A short list of choices, as the system draws it. */
export function ChoiceField(
  props: FieldProps<string> & { readonly choices: readonly Choice[]; readonly hideLabel?: boolean },
) {
  const { choices, onChange, hideLabel, label, required, ...rest } = props;
  return (
    <NativeSelect
      {...rest}
      {...(hideLabel === true ? { 'aria-label': label } : { label })}
      withAsterisk={required === true}
      data={choices.map((choice) => ({ ...choice }))}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function SwitchField(props: FieldProps<boolean>) {
  const { value, onChange, required: _required, ...rest } = props;
  return <Switch {...rest} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

export function CheckField(props: FieldProps<boolean>) {
  const { value, onChange, required: _required, ...rest } = props;
  return <Checkbox {...rest} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
}
