import { lazy, Suspense } from 'react';
import type { FindFieldProps } from './find-field-content.tsx';

const Content = lazy(() => import('./find-field-content.tsx').then((module) => ({ default: module.FindFieldContent })));

/** Finds one thing on the server by its name, or takes its UUID; loaded when it is first needed. */
export function FindField(props: FindFieldProps) {
  return (
    <Suspense>
      <Content {...props} />
    </Suspense>
  );
}
