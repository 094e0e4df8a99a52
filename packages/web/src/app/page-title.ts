import { useEffect } from 'react';
import { useSession } from '../api/session.tsx';
import { settingText } from '../api/setting-text.ts';

/**
 * Names the page in the window's title, which a screen reader announces, and behind it the instance
 * (`MISP.title_text`). Links in it are made harmless.
 */
export function usePageTitle(title: string | undefined): void {
  const session = useSession();
  const named = settingText(session, 'MISP.title_text');
  const instance = named === '' || named === 'MISP' ? 'Magpie' : named;
  useEffect(() => {
    if (title === undefined) return;
    document.title = `${title.replaceAll('http', 'hxxp').slice(0, 120)} · ${instance}`;
  }, [title, instance]);
}
