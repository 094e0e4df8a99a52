import { useT } from '../i18n/i18n.tsx';
import { defang } from './defang.ts';
import { useToasts } from './toasts.tsx';

/** Copies values to the clipboard, plain or defanged, and says so. */
export function useCopy(): (values: readonly string[], harmless: boolean) => void {
  const t = useT();
  const toasts = useToasts();
  return (values, harmless) => {
    const text = values.map((value) => (harmless ? defang(value) : value)).join('\n');
    // Pages without TLS have no clipboard of their own.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => toasts.success(t(harmless ? 'copy.doneDefanged' : 'copy.done', { n: values.length })),
      (error: unknown) => toasts.failure(error),
    );
  };
}
