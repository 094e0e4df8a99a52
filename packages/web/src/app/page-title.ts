import { useEffect } from 'react';

/** Names the page in the window's title, which a screen reader announces. Links in it are made harmless. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    document.title = `${title.replaceAll('http', 'hxxp').slice(0, 120)} · Magpie`;
  }, [title]);
}
