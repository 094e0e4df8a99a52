import { Link } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import { splitPath } from './split-path.ts';

interface AppLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** A path of `paths`. */
  readonly to: string;
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLAnchorElement>;
}

/** A link inside the page; the address bar gets MISP's spelling. */
export function AppLink({ to, ...rest }: AppLinkProps) {
  const { pathname, search, hash } = splitPath(to);
  return (
    <Link
      to={pathname}
      search={search as never}
      {...(hash === undefined ? {} : { hash })}
      // The router would mark every link whose address the page's own begins with as the current one.
      activeOptions={{ exact: true }}
      {...rest}
    />
  );
}
