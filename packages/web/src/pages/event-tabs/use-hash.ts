import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The hash without its sign, and a way to go to another; Back returns to the one before. */
export function useHash(): readonly [string, (hash: string) => void] {
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const go = useCallback(
    (next: string) => {
      void navigate({ to: '.', search: true as never, hash: next });
    },
    [navigate],
  );
  return [hash, go];
}
