import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { addBookmark, type Bookmark, bookmarksQuery, deleteBookmark } from '../api/bookmarks.ts';
import { hasRight, useSession } from '../api/session.tsx';
import { CheckField, TextField } from '../components/fields.tsx';
import { Icon } from '../components/icon.tsx';
import { ErrorBox } from '../components/states.tsx';
import { useAct } from '../components/use-act.ts';
import { useT } from '../i18n/i18n.tsx';
import { BookmarkLink } from './bookmark-link.tsx';
import styles from './bookmarks.module.css';

/** What a page is called, without the name of the instance behind it. */
const nameOfPage = () => document.title.split(' · ').slice(0, -1).join(' · ');

/** Keeps the page on screen under a name; lists what is kept. */
export function Bookmarks({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const session = useSession();
  const act = useAct('bookmarks');
  const { data: bookmarks, error } = useQuery(bookmarksQuery());
  const [name, setName] = useState(nameOfPage);
  const [shared, setShared] = useState(false);
  const isMine = (bookmark: Bookmark) => bookmark.user_id === String(session.user.id);

  async function keep() {
    const url = location.pathname + location.search + location.hash;
    const isKept = await act(() => addBookmark({ name: name.trim(), url, exposed_to_org: shared }), t('bookmark.kept'));
    if (isKept) onClose();
  }

  return (
    <>
      <form
        className={styles.keep}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void keep();
        }}
      >
        <TextField label={t('bookmark.keep')} value={name} onChange={setName} maxLength={191} autoFocus />
        {hasRight(session, 'perm_admin') && (
          <CheckField label={t('bookmark.share')} value={shared} onChange={setShared} />
        )}
        <Button type="submit" disabled={name.trim() === ''}>
          {t('action.save')}
        </Button>
      </form>
      {error !== null && <ErrorBox error={error} />}
      {bookmarks !== undefined && bookmarks.length > 0 && (
        <ul className={styles.list}>
          {bookmarks.map((bookmark) => (
            <li key={bookmark.id}>
              <BookmarkLink bookmark={bookmark} onClick={onClose} />
              {bookmark.exposed_to_org && <Icon name="people" size={14} label={t('bookmark.shared')} />}
              {isMine(bookmark) && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`${t('action.delete')}: ${bookmark.name}`}
                  title={t('action.delete')}
                  onClick={() => void act(() => deleteBookmark(bookmark.id))}
                >
                  <Icon name="trash" size={14} />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
