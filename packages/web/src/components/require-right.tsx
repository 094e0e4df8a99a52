import type { ReactNode } from 'react';
import { hasRight, useSession } from '../api/session.tsx';
import type { PermissionFlag } from '../api/wire.ts';
import { ForbiddenPage } from '../app/not-found.tsx';

interface RequireRightProps {
  readonly right: PermissionFlag | undefined;
  readonly children: ReactNode;
}

/**
 * Shows its content to those who have the right, and to others which right is missing: the content is not drawn for
 * them, so that it asks the server for nothing.
 */
export function RequireRight({ right, children }: RequireRightProps) {
  const session = useSession();
  return right === undefined || hasRight(session, right) ? children : <ForbiddenPage right={right} />;
}
