import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import type { Matrix } from '../../api/event-pictures.ts';
import { galaxiesQuery } from '../../api/library.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { CheckField, ChoiceField } from '../../components/fields.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { EmptyState, PageSkeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { MatrixCells } from '../event-tabs/matrix-cells.tsx';
import { fullestTab } from '../event-tabs/matrix-tab.tsx';

const periods = ['', '7d', '30d', '365d'] as const;

/** The techniques of all events that one sees, on a matrix: ATT&CK, or any other galaxy with a kill chain. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.matrix'));
  const [state, change] = useSearchState();
  const [tab, setTab] = useState('');
  const galaxy = state.galaxy ?? '';
  const last = state.last ?? '';
  const { data: galaxies } = useQuery(galaxiesQuery());
  const {
    data: matrix,
    error,
    refetch,
  } = useQuery({
    queryKey: ['matrix', galaxy, last],
    queryFn: () =>
      post<Matrix>(`/ui/galaxy_matrix${galaxy === '' ? '' : `/${encodeURIComponent(galaxy)}`}`, {
        compact: true,
        ...(last === '' ? {} : { last }),
      }),
    staleTime: 60_000,
  });
  if (error !== null && galaxies?.length === 0)
    return (
      <EmptyState page icon="knowledge" title={t('library.none')} text={t('library.noneText')}>
        <LoadLibrary library="galaxies" first />
      </EmptyState>
    );
  if (error !== null) return <FailurePage error={error} onRetry={() => void refetch()} />;
  if (matrix === undefined) return <PageSkeleton />;
  const tabs = Object.keys(matrix.matrix);
  const shown = tabs.includes(tab) ? tab : (fullestTab(matrix) ?? '');
  const withMatrix = (galaxies ?? []).filter((entry) => entry.kill_chain_order != null && entry.enabled !== false);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{matrix.Galaxy.name}</h1>
        <span className="count">{t('matrixPage.count', { n: Object.keys(matrix.scores).length })}</span>
      </div>
      <div className="page-head">
        <ChoiceField
          label={t('matrix.galaxy')}
          hideLabel
          value={matrix.Galaxy.id}
          choices={withMatrix.map((entry) => ({ value: entry.id, label: entry.name }))}
          onChange={(value) => change({ galaxy: value })}
        />
        {tabs.length > 1 && (
          <ChoiceField
            label={t('matrix.tab')}
            hideLabel
            value={shown}
            choices={tabs.map((name) => ({ value: name, label: name.replaceAll('-', ' ') }))}
            onChange={setTab}
          />
        )}
        <ChoiceField
          label={t('search.period')}
          hideLabel
          value={last}
          choices={periods.map((value) => ({
            value,
            label: value === '' ? t('search.anyTime') : t('search.last', { n: Number.parseInt(value, 10) }),
          }))}
          onChange={(value) => change({ last: value === '' ? undefined : value })}
        />
        <CheckField
          label={t('matrixPage.onlyUsed')}
          value={state.used === '1'}
          onChange={(on) => change({ used: on ? '1' : undefined })}
        />
      </div>
      <MatrixCells matrix={matrix} tab={shown} onlyUsed={state.used === '1'} />
    </div>
  );
}
