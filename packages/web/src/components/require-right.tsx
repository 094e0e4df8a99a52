import type { ReactNode } from 'react';
import { hasRight, useSession } from '../api/session.tsx';
import type { PermissionFlag } from '../api/wire.ts';
import { ForbiddenPage } from '../app/not-found.tsx';

/** Shows its content to those who have the right, and to others which right is missing. */
export function RequireRight(props: { readonly right: PermissionFlag; readonly children: ReactNode }) {
  return hasRight(useSession(), props.right) ? props.children : <ForbiddenPage right={props.right} />;
}
