import type { Bookmark } from '../api/bookmarks.ts';
import { AppLink } from '../routing/app-link.tsx';

/** A link to what is kept; an address of elsewhere is no page of ours and opens apart. */
export function BookmarkLink(props: { readonly bookmark: Bookmark; readonly onClick?: () => void }) {
  const { name, url } = props.bookmark;
  if (url.startsWith('/') && !url.startsWith('//')) {
    return (
      <AppLink to={url} title={url} {...(props.onClick === undefined ? {} : { onClick: props.onClick })}>
        <bdi>{name}</bdi>
      </AppLink>
    );
  }
  return /^https?:/i.test(url) ? (
    <a href={url} title={url} target="_blank" rel="noreferrer noopener">
      <bdi>{name}</bdi>
    </a>
  ) : (
    <bdi title={url}>{name}</bdi>
  );
}
