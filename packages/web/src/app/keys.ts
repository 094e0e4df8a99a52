import { useEffect, useRef } from 'react';
import { getPreferences } from '../theme/preferences.ts';

/** What key presses do, by their names: `Ctrl+k`, `?`, `g e`. */
export type KeyHandlers = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** True for a checkbox, which takes no letters although it is an input. */
const takesNoText = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type);

/** Name of a key press: `Ctrl+k`, `?`, `g e` after a `g`. */
function nameOf(event: KeyboardEvent, pending: string): string {
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key.toLowerCase()}`;
  return pending === '' ? event.key : `${pending} ${event.key}`;
}

/**
 * Keys of the page while no field has the focus, no dialog is open and no input method is composing.
 * Two-key sequences start with `g` and wait one second. Single letters obey the user's preference.
 */
export function useKeys(handlers: KeyHandlers): void {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    let pending = '';
    let timer = 0;
    function onKeyDown(event: KeyboardEvent) {
      if (event.isComposing || event.altKey || event.defaultPrevented) return;
      const chord = event.ctrlKey || event.metaKey;
      const inField = typing(event.target) && !takesNoText(event.target);
      if (!chord && (inField || !getPreferences().shortcuts)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const name = nameOf(event, pending);
      pending = '';
      clearTimeout(timer);
      const handler = current.current[name];
      if (handler !== undefined) {
        event.preventDefault();
        handler(event);
      } else if (event.key === 'g' && !chord && Object.keys(current.current).some((key) => key.startsWith('g '))) {
        pending = 'g';
        timer = window.setTimeout(() => {
          pending = '';
        }, 1_000);
      }
    }
    document.addEventListener('keydown', onKeyDown);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
