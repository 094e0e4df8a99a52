import { Checkbox, NativeSelect, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useT } from '../i18n/i18n.tsx';

/** What every field takes. */
export interface FieldProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly required?: boolean;
  /** Has the focus when its panel opens. */
  readonly autoFocus?: boolean;
}

interface TextFieldProps extends FieldProps<string> {
  readonly mono?: boolean;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly type?: 'text' | 'email' | 'date' | 'datetime-local' | 'search' | 'color';
  readonly rows?: number;
  /** Words offered while one types; others are as good. */
  readonly suggestions?: readonly string[];
}

const focused = (wanted: boolean | undefined) => (wanted === true ? { 'data-autofocus': true } : {});

const classNames = (mono: boolean | undefined) => (mono === true ? { input: 'mono' } : undefined);

/** One line of text, or several with `rows`. */
export function TextField(props: TextFieldProps) {
  const { mono, onChange, rows, type, autoFocus, required, suggestions, ...rest } = props;
  const listId = useId();
  const shared = {
    ...rest,
    ...(autoFocus === true ? { ...focused(true), autoFocus: true } : {}),
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
    <>
      <TextInput
        {...shared}
        {...(suggestions === undefined ? {} : { list: listId })}
        type={type ?? 'text'}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {suggestions !== undefined && (
        <datalist id={listId}>
          {suggestions.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** A password that can be shown while one types; `autoComplete` tells password managers which one it is. */
export function PasswordField(
  props: FieldProps<string> & { readonly autoComplete: 'current-password' | 'new-password' },
) {
  const t = useT();
  const { onChange, required, autoFocus, ...rest } = props;
  return (
    <PasswordInput
      {...rest}
      {...focused(autoFocus)}
      withAsterisk={required === true}
      visibilityToggleButtonProps={{ 'aria-label': t('field.showPassword') }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** One entry of a list to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A short list of choices, as the system draws it. */
export function ChoiceField(
  props: FieldProps<string> & { readonly choices: readonly Choice[]; readonly hideLabel?: boolean },
) {
  const { choices, onChange, hideLabel, label, required, autoFocus, ...rest } = props;
  return (
    <NativeSelect
      {...rest}
      {...focused(autoFocus)}
      {...(hideLabel === true ? { 'aria-label': label } : { label })}
      withAsterisk={required === true}
      data={choices.map((choice) => ({ ...choice }))}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** A switch that acts at once, or belongs to a form. */
export function SwitchField(props: FieldProps<boolean>) {
  const { value, onChange, required: _required, autoFocus, ...rest } = props;
  return (
    <Switch
      {...rest}
      {...focused(autoFocus)}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

/** A box to tick, for one of several. */
export function CheckField(props: FieldProps<boolean>) {
  const { value, onChange, required: _required, autoFocus, ...rest } = props;
  return (
    <Checkbox
      {...rest}
      {...focused(autoFocus)}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
