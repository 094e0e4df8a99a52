import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

/** Keeps a draft for the panel that is opened next. */
export function putDraft(client: QueryClient, name: string, value: unknown): void {
  client.setQueryDefaults(['draft'], { gcTime: Number.POSITIVE_INFINITY });
  client.setQueryData(['draft', name], value);
}

/**
 * State that outlives its panel: what was typed is there again when the panel is opened anew.
 * Kept in memory for this page only, so nothing of it stays behind after signing out.
 */
export function useDraft<Value>(name: string, initial: Value): readonly [Value, (value: Value) => void, () => void] {
  const client = useQueryClient();
  const key = ['draft', name];
  const [value, setValue] = useState<Value>(() => client.getQueryData<Value>(key) ?? initial);
  const keep = useCallback(
    (next: Value) => {
      putDraft(client, name, next);
      setValue(next);
    },
    [client, name],
  );
  const drop = useCallback(() => client.removeQueries({ queryKey: ['draft', name], exact: true }), [client, name]);
  return [value, keep, drop];
}
