import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import styles from './rest-client.module.css';

/** A query that the server keeps for the user. */
export interface KeptQuery {
  readonly id: string;
  readonly url: string;
  readonly http_method: string;
  readonly body: string;
  readonly bookmark_name: string;
}

function Kept(props: { readonly bookmarked: boolean; readonly onTake: (query: KeptQuery) => void }) {
  const t = useT();
  const act = useAct('restHistory');
  const path = `/rest_client_history/index${props.bookmarked ? '/1' : ''}.json`;
  const { data = [] } = useQuery(rowsQuery<{ readonly RestClientHistory: KeptQuery }>('restHistory', path));
  if (data.length === 0) return <p className="muted">{t(props.bookmarked ? 'rest.noBookmarks' : 'rest.noHistory')}</p>;
  return (
    <ul className={styles.kept}>
      {data.slice(0, 15).map(({ RestClientHistory: query }) => (
        <li key={query.id}>
          <button type="button" className="text-button mono" onClick={() => props.onTake(query)}>
            {query.http_method} {query.url}
          </button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('rest.forget', { name: `${query.http_method} ${query.url}` })}
            onClick={() => void act(() => post(`/rest_client_history/delete/${query.id}`))}
          >
            {t('action.remove')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Bookmarked queries and the latest ones; each can be taken up again. */
export function QueryHistory({ onTake }: { readonly onTake: (query: KeptQuery) => void }) {
  const t = useT();
  return (
    <>
      <section>
        <h2>{t('rest.bookmarks')}</h2>
        <Kept bookmarked onTake={onTake} />
      </section>
      <section>
        <h2>{t('rest.history')}</h2>
        <Kept bookmarked={false} onTake={onTake} />
      </section>
    </>
  );
}
