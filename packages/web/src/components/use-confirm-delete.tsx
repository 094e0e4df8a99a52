import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Asked {
  readonly name: string;
  /** What becomes of what hangs on it; otherwise that it cannot be undone. */
  readonly text?: string;
  readonly run: () => Promise<unknown>;
}

/** Asks before something is deleted for good, under its name. The dialog is to be drawn by the page. */
export function useConfirmDelete(): { readonly ask: (asked: Asked) => void; readonly dialog: ReactNode } {
  const t = useT();
  const [asked, setAsked] = useState<Asked>();
  const dialog = (
    <ConfirmDialog
      opened={asked !== undefined}
      title={t('confirm.delete', { name: asked?.name ?? '' })}
      confirm={t('action.delete')}
      tone="danger"
      onConfirm={async () => asked?.run()}
      onClose={() => setAsked(undefined)}
    >
      {asked?.text ?? t('confirm.deleteText')}
    </ConfirmDialog>
  );
  return { ask: setAsked, dialog };
}
