import { TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { FieldProps } from './fields.tsx';

export interface WordsFieldProps extends Omit<FieldProps<readonly string[]>, 'onChange'> {
  readonly onChange: (value: string[]) => void;
  /** Names offered while one types; others may be typed as well. */
  readonly suggestions: readonly string[];
}

const Content = lazy(() =>
  import('./words-field-content.tsx').then((module) => ({ default: module.WordsFieldContent })),
);

/** A list of names; its place is held by a plain field until it has been loaded. */
export function WordsField(props: WordsFieldProps) {
  return (
    <Suspense
      fallback={
        <TextInput
          label={props.label}
          description={props.description}
          value={props.value.join(', ')}
          disabled
          readOnly
        />
      }
    >
      <Content {...props} />
    </Suspense>
  );
}
