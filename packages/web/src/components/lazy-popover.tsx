import { lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';

export interface LazyPopoverProps {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** What it hangs on; opens it by a click of its own. */
  readonly button: ReactElement;
  readonly label: string;
  readonly width: number;
  readonly children: ReactNode;
}

const Content = lazy(() => import('./popover-content.tsx').then((module) => ({ default: module.PopoverContent })));

/** A popover that is loaded when it is first opened: a page has many, and opens few. */
export function LazyPopover(props: LazyPopoverProps) {
  const [wanted, setWanted] = useState(false);
  if (props.opened && !wanted) setWanted(true);
  if (!wanted) return props.button;
  return (
    <Suspense fallback={props.button}>
      <Content {...props} />
    </Suspense>
  );
}
