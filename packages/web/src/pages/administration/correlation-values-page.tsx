import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { JobStrip } from '../../components/job-strip.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { CorrelationTabs } from './correlation-tabs.tsx';

interface Counted {
  readonly value: string;
  readonly count: number;
  readonly excluded: boolean;
}

interface Wire {
  readonly Correlation?: { readonly value: string; readonly count: number; readonly excluded: boolean };
  readonly OverCorrelatingValue?: { readonly value: string; readonly occurrence: string; readonly excluded: boolean };
}

function countedOf(row: Wire): Counted[] {
  const { Correlation: top, OverCorrelatingValue: over } = row;
  if (top !== undefined) return [top];
  return over === undefined ? [] : [{ value: over.value, count: Number(over.occurrence), excluded: over.excluded }];
}

/** Of values that are too common so many characters are told. */
const TOLD = 191;

/** What to exclude: a value that may be cut stands for all that begin like it. */
const exclusionOf = (value: string, isOver: boolean) => (isOver && [...value].length >= TOLD ? `${value}%` : value);

/** The noisiest values, and those that are too common to be correlated; each can be excluded here. */
export function Page() {
  const t = useT();
  const { language } = useTranslator();
  const { pathname } = useLocation();
  const isOver = pathname.toLowerCase().includes('overcorrelations');
  const act = useAct('correlations');
  const path = isOver ? '/correlations/overCorrelations/limit:200.json' : '/correlations/top/limit:200.json';
  const query = useQuery({ ...rowsQuery<Wire>('correlations', path), select: (rows) => rows.flatMap(countedOf) });
  const columns = useMemo<readonly ListColumn<Counted>[]>(() => {
    const exclude = (value: string) =>
      act(
        () => post('/correlation_exclusions/add', { value: exclusionOf(value, isOver) }),
        t('correlation.excludedNow', { value: value.slice(0, 60) }),
      );
    return [
      {
        id: 'value',
        header: t('attribute.value'),
        width: 320,
        grow: 2,
        text: (row) => row.value,
        render: (row) => (
          <AppLink className="link-cell mono" to={paths.search(row.value)} title={row.value}>
            <bdi>{row.value}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'count',
        header: t(isOver ? 'correlation.occurrences' : 'correlation.count'),
        width: 160,
        align: 'end',
        number: (row) => row.count,
        render: (row) => row.count.toLocaleString(language),
      },
      {
        id: 'excluded',
        header: t('correlation.excluded'),
        width: 120,
        number: (row) => Number(row.excluded),
        render: (row) => <YesNo value={row.excluded} />,
      },
      {
        id: 'act',
        header: t('grid.tools'),
        quiet: true,
        width: 140,
        render: (row) =>
          !row.excluded && (
            <Button size="compact-xs" variant="default" onClick={() => void exclude(row.value)}>
              {t('correlation.exclude')}
            </Button>
          ),
      },
    ];
  }, [t, language, isOver, act]);
  const count = (
    <Button
      variant="default"
      onClick={() =>
        void act(
          () => post(isOver ? '/correlations/generateOccurrences' : '/correlations/generateTopCorrelations'),
          t('correlation.counting'),
        )
      }
    >
      {t('correlation.recount')}
    </Button>
  );
  return (
    <>
      <CorrelationTabs active={isOver ? 'over' : 'top'} />
      <JobStrip reload="correlations" />
      <ListPage
        key={path}
        title={t(isOver ? 'correlation.overTitle' : 'correlation.topTitle')}
        query={query}
        columns={columns}
        keyOf={(row) => row.value}
        nameOf={(row) => row.value}
        actions={count}
        empty={{
          icon: 'link',
          title: t('correlation.noneCounted'),
          text: t(isOver ? 'correlation.noneOverText' : 'correlation.noneCountedText'),
          action: count,
        }}
      />
    </>
  );
}
