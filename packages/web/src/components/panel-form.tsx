import { lazy, Suspense } from 'react';
import type { PanelFormProps } from './panel-form-content.tsx';

export type { PanelField, PanelValues } from './panel-form-content.tsx';

const Content = lazy(() => import('./panel-form-content.tsx').then((module) => ({ default: module.PanelFormContent })));

/** A form in a panel at the right, made from a list of fields; loaded when it is first opened. */
export function PanelForm(props: PanelFormProps) {
  return (
    <Suspense>
      <Content {...props} />
    </Suspense>
  );
}
