import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState, ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';

interface Hit {
  readonly Feed: {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly uuid?: readonly string[];
  };
}

const readLines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll('[.]', '.').replace(/^hxxp/i, 'http'))
    .filter((line) => line !== '');

function Places({ hit }: { readonly hit: Hit['Feed'] }) {
  const t = useT();
  if (hit.type === 'Feed') return <AppLink to={paths.feedPreview(hit.id)}>{t('cache.openFeed')}</AppLink>;
  const isServer = hit.type === 'MISP Server';
  return (
    <>
      {(hit.uuid ?? []).slice(0, 10).map((uuid) => (
        <div key={uuid}>
          <AppLink
            className="mono"
            to={isServer ? `/servers/previewEvent/${hit.id}/${uuid}` : paths.feedEvent(hit.id, uuid)}
          >
            {uuid}
          </AppLink>
        </div>
      ))}
    </>
  );
}

/** In which feeds and instances values are known, by what was loaded from them. */
export function Page() {
  const t = useT();
  usePageTitle(t('cache.title'));
  const [state, change] = useSearchState();
  const [text, setText] = useState(state.value ?? '');
  const values = readLines(state.value ?? '');
  const query = useQuery({
    queryKey: ['caches', values],
    enabled: values.length > 0,
    queryFn: () => post<Readonly<Record<string, readonly Hit[]>>>('/feeds/searchCaches', { value: values }),
  });
  const rows = Object.entries(query.data ?? {}).flatMap(([value, hits]) =>
    hits.map(({ Feed: hit }) => ({
      key: `${value} ${hit.type} ${hit.id}`,
      cells: [
        <bdi key="value" className="mono">
          {value}
        </bdi>,
        <bdi key="name">{hit.name}</bdi>,
        hit.type,
        <Places key="places" hit={hit} />,
      ],
    })),
  );
  return (
    <div className="page" style={{ maxWidth: 1100 }}>
      <div className="page-head">
        <h1>{t('cache.title')}</h1>
      </div>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          change({ value: text.trim() === '' ? undefined : text });
        }}
      >
        <TextField
          label={t('cache.values')}
          description={t('cache.help')}
          rows={2}
          mono
          value={text}
          onChange={setText}
          autoFocus
        />
        <div className="form-actions" style={{ justifyContent: 'flex-start' }}>
          <Button type="submit" leftSection={<Icon name="search" />} loading={query.isFetching}>
            {t('nav.search')}
          </Button>
        </div>
      </form>
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && rows.length === 0 && (
        <EmptyState icon="search" title={t('cache.none')} text={t('cache.noneText')} />
      )}
      {rows.length > 0 && (
        <PlainTable
          label={t('cache.title')}
          heads={[t('attribute.value'), t('compare.source'), t('attribute.type'), t('cache.where')]}
          rows={rows}
        />
      )}
    </div>
  );
}
