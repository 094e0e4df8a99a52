import { lazy, Suspense } from 'react';
import type { DetailPanelProps } from './detail-panel-content.tsx';

const Content = lazy(() =>
  import('./detail-panel-content.tsx').then((module) => ({ default: module.DetailPanelContent })),
);

/** One entry of a list in a panel at the right; loaded when it is first opened. */
export function DetailPanel(props: DetailPanelProps) {
  return (
    <Suspense>
      <Content {...props} />
    </Suspense>
  );
}
