import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { TagsInput } from '@mantine/core';
import { useT } from '../i18n/i18n.tsx';
import type { WordsFieldProps } from './words-field.tsx';

/** Suggestions drawn at once; typing narrows them down. */
const shown = 100;

/** Several names: typed or chosen, each taken away by its cross or by the backspace key. */
export function WordsFieldContent(props: WordsFieldProps) {
  const t = useT();
  const { value, onChange, suggestions, autoFocus, required, ...rest } = props;
  return (
    <TagsInput
      {...rest}
      {...(autoFocus === true ? { 'data-autofocus': true, autoFocus: true } : {})}
      size="xs"
      withAsterisk={required === true}
      value={[...value]}
      data={[...suggestions]}
      limit={shown}
      // A comma may be part of a tag's name.
      splitChars={['\n']}
      placeholder={value.length === 0 ? t('words.placeholder') : ''}
      acceptValueOnBlur
      onChange={onChange}
    />
  );
}
