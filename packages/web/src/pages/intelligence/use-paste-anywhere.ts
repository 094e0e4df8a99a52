import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { putDraft } from '../../components/use-draft.ts';

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Text pasted while no field has the focus opens the panel that finds indicators in it. */
export function usePasteAnywhere(eventId: string, mayEdit: boolean, open: () => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!mayEdit) return;
    function onPaste(event: ClipboardEvent) {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.trim() === '' || event.defaultPrevented || takesText(event.target)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      putDraft(client, `paste ${eventId}`, text);
      open();
    }
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [client, eventId, mayEdit, open]);
}
