import { ActionIcon } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Icon } from '../components/icon.tsx';
import { LazyPopover } from '../components/lazy-popover.tsx';
import { useT } from '../i18n/i18n.tsx';

const Bookmarks = lazy(() => import('./bookmarks.tsx').then((module) => ({ default: module.Bookmarks })));

/** Searches, filtered lists and pages that are kept, and the way to keep the one on screen. */
export function BookmarksButton() {
  const t = useT();
  const [opened, setOpened] = useState(false);
  return (
    <LazyPopover
      opened={opened}
      onChange={setOpened}
      label={t('bookmark.title')}
      width={340}
      button={
        <ActionIcon
          title={t('bookmark.title')}
          aria-label={t('bookmark.title')}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <Icon name="star" size={18} />
        </ActionIcon>
      }
    >
      <Suspense>
        <Bookmarks onClose={() => setOpened(false)} />
      </Suspense>
    </LazyPopover>
  );
}
