import { Select } from '@mantine/core';
import { useT } from '../i18n/i18n.tsx';
import type { Choice, FieldProps } from './fields.tsx';

export interface PickFieldProps extends FieldProps<string> {
  readonly choices: readonly Choice[];
  readonly placeholder?: string;
}

/** A long list to type into. */
export function PickFieldContent(props: PickFieldProps) {
  const t = useT();
  const { choices, onChange, required, autoFocus, ...rest } = props;
  return (
    <Select
      {...rest}
      // The panel has looked for its first field before this one was loaded.
      {...(autoFocus === true ? { 'data-autofocus': true, autoFocus: true } : {})}
      withAsterisk={required === true}
      data={choices.map((choice) => ({ ...choice }))}
      searchable
      limit={200}
      selectFirstOptionOnChange
      allowDeselect={false}
      nothingFoundMessage={t('state.noMatch')}
      onChange={(value) => onChange(value ?? '')}
    />
  );
}
