import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { freeTextListsQuery } from '../../api/warnings.ts';

/** A value found in a text. */
export interface FoundIndicator {
  readonly value: string;
  readonly originalValue: string;
  readonly type: string;
  readonly category: string;
  readonly toIds: boolean;
  readonly alternatives: readonly string[];
  readonly comment?: string | false;
}

/** Indicators found in a text by the worker, some milliseconds after it was last changed. */
export function useIndicators(text: string): {
  readonly indicators: readonly FoundIndicator[];
  readonly busy: boolean;
} {
  const [indicators, setIndicators] = useState<readonly FoundIndicator[]>([]);
  const [busy, setBusy] = useState(false);
  const worker = useRef<Worker>(undefined);
  const latest = useRef(0);
  const { data: lists } = useQuery(freeTextListsQuery());

  useEffect(() => {
    const made = new Worker(new URL('./free-text-worker.ts', import.meta.url), { type: 'module' });
    made.addEventListener('message', (event: MessageEvent<{ id: number; indicators: FoundIndicator[] }>) => {
      // An answer about a text that has been changed since is of no use.
      if (event.data.id !== latest.current) return;
      setIndicators(event.data.indicators);
      setBusy(false);
    });
    worker.current = made;
    return () => made.terminate();
  }, []);

  useEffect(() => {
    latest.current += 1;
    const id = latest.current;
    if (text.trim() === '') {
      setIndicators([]);
      setBusy(false);
      return;
    }
    setBusy(true);
    const timer = setTimeout(() => worker.current?.postMessage({ id, text, vendorDomains: lists?.vendorDomains }), 120);
    return () => clearTimeout(timer);
  }, [text, lists]);

  return { indicators, busy };
}
