import { type RefObject, useLayoutEffect } from 'react';

const focusable = 'a[href], button, input, select, textarea, [tabindex]';

/** Controls in a row that the keyboard reaches once the cursor is on it, in their order. */
export const controlsOf = (row: Element | null | undefined): readonly HTMLElement[] =>
  [...(row?.querySelectorAll<HTMLElement>(focusable) ?? [])].filter(
    (control) => control.tabIndex >= 0 || control.dataset.tabStop !== undefined,
  );

/**
 * Keeps the controls of a row out of the order of Tab unless the cursor is on the row, so that a list of a hundred rows
 * with three switches each is one stop and its row's, not three hundred (ARIA authoring practices: grid). Controls that
 * are never in that order stay so.
 */
export function useRowControls(row: RefObject<HTMLElement | null>, active: boolean): void {
  // After every drawing of the row: it may have brought other controls.
  useLayoutEffect(() => {
    for (const control of controlsOf(row.current)) {
      const { tabStop } = control.dataset;
      if (active && tabStop !== undefined) {
        if (tabStop === '') control.removeAttribute('tabindex');
        else control.setAttribute('tabindex', tabStop);
        delete control.dataset.tabStop;
      } else if (!active && tabStop === undefined) {
        control.dataset.tabStop = control.getAttribute('tabindex') ?? '';
        control.tabIndex = -1;
      }
    }
  });
}
