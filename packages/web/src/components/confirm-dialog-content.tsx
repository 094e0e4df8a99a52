import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { TextField } from './fields.tsx';
import { ErrorBox } from './states.tsx';

export interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button does, as a verb. */
  readonly confirm: string;
  readonly tone?: 'accent' | 'danger';
  /** A text that must be typed first, for what cannot be undone. */
  readonly typeToConfirm?: string | undefined;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back; waits for the server and shows its refusal in place. */
export function ConfirmDialogContent(props: ConfirmDialogProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [typed, setTyped] = useState('');
  const blocked = props.typeToConfirm !== undefined && typed.trim() !== props.typeToConfirm;

  function close() {
    setError(undefined);
    setTyped('');
    props.onClose();
  }

  async function confirm() {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      close();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!blocked && !busy) void confirm();
        }}
      >
        <div>{props.children}</div>
        {props.typeToConfirm !== undefined && (
          <TextField
            label={t('confirm.type', { text: props.typeToConfirm })}
            value={typed}
            onChange={setTyped}
            autoFocus
          />
        )}
        {error !== undefined && <ErrorBox error={error} />}
        <div className="form-actions">
          <Button variant="default" onClick={close}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            color={props.tone ?? 'accent'}
            loading={busy}
            disabled={blocked}
            data-autofocus={props.typeToConfirm === undefined}
          >
            {props.confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
