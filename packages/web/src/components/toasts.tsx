import { ActionIcon, Button } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Icon } from './icon.tsx';
import { useErrorText } from './states.tsx';
import styles from './toasts.module.css';

interface Toast {
  readonly id: number;
  readonly kind: 'success' | 'error';
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

interface Toasts {
  /** Tells of a success; with `undo` it stays 10 seconds. */
  readonly success: (text: string, undo?: () => void) => void;
  /** Tells of a failure; stays until it is closed. */
  readonly failure: (error: unknown) => void;
  /** Runs the newest undo that is still offered. */
  readonly undoLast: () => void;
}

const ToastContext = createContext<Toasts | undefined>(undefined);
const shown = 3;

/** Holds the messages at the bottom left and announces them politely. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const t = useT();
  const errorText = useErrorText();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const latest = useRef<readonly Toast[]>([]);
  latest.current = toasts;
  const nextId = useRef(1);

  const dismiss = useCallback((id: number) => setToasts((list) => list.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => {
      const id = nextId.current++;
      setToasts((list) => [...list, { ...toast, id }].slice(-shown));
      if (toast.kind === 'success') setTimeout(() => dismiss(id), toast.undo === undefined ? 4_000 : 10_000);
    },
    [dismiss],
  );
  const value = useMemo<Toasts>(
    () => ({
      success: (text, undo) => add({ kind: 'success', text, undo }),
      failure: (error) => add({ kind: 'error', text: errorText(error) }),
      undoLast() {
        const toast = latest.current.findLast((entry) => entry.undo !== undefined);
        if (toast === undefined) return;
        dismiss(toast.id);
        toast.undo?.();
      },
    }),
    [add, dismiss, errorText],
  );

  return (
    <ToastContext value={value}>
      {children}
      <div className={styles.stack} role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles.toast} data-kind={toast.kind}>
            <span className={styles.text}>{toast.text}</span>
            {toast.undo !== undefined && (
              <Button
                variant="subtle"
                onClick={() => {
                  dismiss(toast.id);
                  toast.undo?.();
                }}
              >
                {t('action.undo')}
              </Button>
            )}
            <ActionIcon onClick={() => dismiss(toast.id)} aria-label={t('action.close')}>
              <Icon name="close" />
            </ActionIcon>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** Short messages at the edge of the page. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error('useToasts outside of ToastProvider');
  return toasts;
}
