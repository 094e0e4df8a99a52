import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useToasts } from './toasts.tsx';

/**
 * Runs a write, tells how it went, and loads anew what starts with one of `keys`. True when it succeeded.
 * Lists of jobs are always loaded anew: much of what an administrator starts becomes one.
 */
export function useAct(...keys: readonly string[]): (work: () => Promise<unknown>, done?: string) => Promise<boolean> {
  const client = useQueryClient();
  const toasts = useToasts();
  const names = keys.join(' ');
  return useCallback(
    async (work, done) => {
      let isDone = true;
      try {
        await work();
        if (done !== undefined) toasts.success(done);
      } catch (error) {
        isDone = false;
        toasts.failure(error);
      }
      for (const key of ['jobs', ...names.split(' ')]) void client.invalidateQueries({ queryKey: [key] });
      return isDone;
    },
    [client, toasts, names],
  );
}
