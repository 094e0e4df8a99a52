import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { type PivotElement, PivotLink } from './pivot-link.tsx';

type Subject = Readonly<Record<string, string>>;

interface Kind {
  readonly kind: string;
  readonly summary: string;
  readonly count: number;
  readonly more: boolean;
}

const kinds = ['value', 'attribute', 'event', 'tag', 'cluster'] as const;

/** Neighbours of one kind, loaded when its part is opened. */
function Neighbours({ from, kind }: { readonly from: Subject; readonly kind: Kind }) {
  const t = useT();
  const [isOpen, setIsOpen] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['pivot', from, kind.kind],
    enabled: isOpen,
    queryFn: () =>
      post<{ readonly neighbours: readonly PivotElement[]; readonly more: boolean }>('/pivots/neighbours', {
        from,
        kind: kind.kind,
        limit: 100,
      }),
  });
  return (
    <details className="panel-box" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {kind.summary} <span className="count">{kind.more ? `${kind.count}+` : kind.count}</span>
      </summary>
      {error !== null && <ErrorBox error={error} />}
      {isOpen && data === undefined && error === null && <Skeleton height={40} />}
      <ul>
        {(data?.neighbours ?? []).map((element, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an element may be a neighbour in two ways
          <li key={`${element.kind} ${element.id} ${index}`}>
            <PivotLink element={element} />
          </li>
        ))}
      </ul>
      {data?.more === true && <p className="muted">{t('pivot.more')}</p>}
    </details>
  );
}

interface FoundPaths {
  readonly paths: readonly (readonly PivotElement[])[];
  readonly more: boolean;
  readonly too_common: { readonly values: number; readonly clusters: number };
}

function Paths({ from }: { readonly from: Subject }) {
  const t = useT();
  const [state, change] = useSearchState();
  const [kind, setKind] = useState(state.toKind ?? 'value');
  const [text, setText] = useState(state.to ?? '');
  const wanted = state.to ?? '';
  const query = useQuery({
    queryKey: ['pivotPaths', from, state.toKind, wanted],
    enabled: wanted !== '',
    queryFn: () =>
      post<FoundPaths>('/pivots/paths', {
        from,
        to: { [state.toKind ?? 'value']: wanted },
      }),
  });
  const common = query.data?.too_common;
  return (
    <section className="panel-box">
      <h2>{t('pivot.paths')}</h2>
      <form
        className="page-head"
        style={{ alignItems: 'flex-end' }}
        onSubmit={(event) => {
          event.preventDefault();
          change({ toKind: kind, to: text.trim() });
        }}
      >
        <ChoiceField
          label={t('pivot.toKind')}
          value={kind}
          choices={kinds.map((value) => ({ value, label: t(`pivotKind.${value}`) }))}
          onChange={setKind}
        />
        <TextField label={t('pivot.to')} value={text} onChange={setText} mono />
        <Button type="submit" variant="default" loading={query.isFetching}>
          {t('pivot.find')}
        </Button>
      </form>
      {query.isError && <ErrorBox error={query.error} />}
      {query.data?.paths.length === 0 && <p className="muted">{t('pivot.noPath')}</p>}
      <ol>
        {(query.data?.paths ?? []).map((path, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: paths have no identity of their own
          <li key={index}>
            {path.map((element, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps stand in order
              <span key={place}>
                {place > 0 && <span className="muted"> → </span>}
                <PivotLink element={element} />
              </span>
            ))}
          </li>
        ))}
      </ol>
      {query.data?.more === true && <p className="muted">{t('pivot.morePaths')}</p>}
      {common !== undefined && common.values + common.clusters > 0 && (
        <p className="muted">{t('pivot.tooCommon', common)}</p>
      )}
    </section>
  );
}

/** Going from one thing to what is near it: the same value, networks, similar hashes, shared clusters; and ways between two. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.pivots'));
  const [state, change] = useSearchState();
  const [kind, setKind] = useState(state.kind ?? 'value');
  const [text, setText] = useState(state.id ?? '');
  const id = state.id ?? '';
  const from: Subject = { [state.kind ?? 'value']: id };
  const query = useQuery({
    queryKey: ['pivotCounts', from],
    enabled: id !== '',
    queryFn: () => post<{ readonly from: PivotElement; readonly kinds: readonly Kind[] }>('/pivots/counts', { from }),
  });
  const found = (query.data?.kinds ?? []).filter((one) => one.count > 0);
  return (
    <div className="page" style={{ maxWidth: 1100 }}>
      <div className="page-head">
        <h1>{t('nav.pivots')}</h1>
      </div>
      <form
        className="page-head"
        style={{ alignItems: 'flex-end' }}
        onSubmit={(event) => {
          event.preventDefault();
          change({ kind, id: text.trim(), to: undefined, toKind: undefined });
        }}
      >
        <ChoiceField
          label={t('pivot.fromKind')}
          value={kind}
          choices={kinds.map((value) => ({ value, label: t(`pivotKind.${value}`) }))}
          onChange={setKind}
        />
        <div style={{ flex: '1 1 320px' }}>
          <TextField label={t('pivot.from')} value={text} onChange={setText} mono />
        </div>
        <Button type="submit" loading={query.isFetching}>
          {t('pivot.show')}
        </Button>
      </form>
      {id === '' && <EmptyState icon="network" title={t('pivot.start')} text={t('pivot.startText')} />}
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <>
          <h2 style={{ margin: 0 }}>
            <PivotLink element={query.data.from} />
          </h2>
          {found.length === 0 && <EmptyState icon="network" title={t('pivot.none')} text={t('pivot.noneText')} />}
          {found.map((one) => (
            <Neighbours key={`${id} ${one.kind}`} from={from} kind={one} />
          ))}
          <Paths from={from} />
        </>
      )}
    </div>
  );
}
