import { TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { PickFieldProps } from './pick-field-content.tsx';

const Content = lazy(() => import('./pick-field-content.tsx').then((module) => ({ default: module.PickFieldContent })));

/** A long list to type into; its place is held by a plain field until it has been loaded. */
export function PickField(props: PickFieldProps) {
  const shown = props.choices.find((choice) => choice.value === props.value)?.label ?? props.value;
  return (
    <Suspense
      fallback={<TextInput label={props.label} description={props.description} value={shown} disabled readOnly />}
    >
      <Content {...props} />
    </Suspense>
  );
}
