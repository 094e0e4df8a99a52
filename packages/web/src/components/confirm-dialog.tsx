import { lazy, Suspense } from 'react';
import type { ConfirmDialogProps } from './confirm-dialog-content.tsx';

const Content = lazy(() =>
  import('./confirm-dialog-content.tsx').then((module) => ({ default: module.ConfirmDialogContent })),
);

/** Asks before something that cannot be taken back; loaded when it is first needed. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  if (!props.opened) return null;
  return (
    <Suspense>
      <Content {...props} />
    </Suspense>
  );
}
