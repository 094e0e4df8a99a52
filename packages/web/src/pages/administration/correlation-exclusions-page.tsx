import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { CorrelationTabs } from './correlation-tabs.tsx';

interface Exclusion {
  readonly id: string;
  readonly value: string;
  readonly comment: string | null;
}

/** Values that do not correlate. */
export function Page() {
  const t = useT();
  const act = useAct('correlationExclusions');
  const [panel, setPanel] = useState<Exclusion | 'new'>();
  const query = useQuery({
    ...rowsQuery<{ readonly CorrelationExclusion: Exclusion }>(
      'correlationExclusions',
      '/correlation_exclusions/index/limit:1000.json',
    ),
    select: (rows) => rows.map((row) => row.CorrelationExclusion),
  });
  const columns = useMemo<readonly ListColumn<Exclusion>[]>(
    () => [
      {
        id: 'value',
        header: t('attribute.value'),
        width: 320,
        grow: 1,
        text: (row) => row.value,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => setPanel(row)}>
            <bdi>{row.value}</bdi>
          </button>
        ),
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 260,
        grow: 1,
        text: (row) => row.comment ?? '',
        render: (row) => <bdi>{row.comment}</bdi>,
      },
      {
        id: 'act',
        header: t('grid.tools'),
        quiet: true,
        width: 120,
        render: (row) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              void act(() => post(`/correlation_exclusions/delete/${row.id}`), t('correlation.correlatesAgain'))
            }
          >
            {t('action.remove')}
          </Button>
        ),
      },
    ],
    [t, act],
  );
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setPanel('new')}>
      {t('correlation.addExclusion')}
    </Button>
  );
  return (
    <>
      <CorrelationTabs active="exclusions" />
      <ListPage
        title={t('correlation.exclusions')}
        query={query}
        columns={columns}
        keyOf={(row) => row.id}
        nameOf={(row) => row.value}
        onOpen={setPanel}
        actions={add}
        empty={{
          icon: 'link',
          title: t('correlation.noExclusions'),
          text: t('correlation.noExclusionsText'),
          action: add,
        }}
      />
      {panel !== undefined && (
        <PanelForm
          title={panel === 'new' ? t('correlation.addExclusion') : panel.value}
          fields={[
            ...(panel === 'new'
              ? [
                  {
                    name: 'value',
                    label: t('attribute.value'),
                    mono: true,
                    required: true,
                    help: t('correlation.valueHelp'),
                  },
                ]
              : []),
            { name: 'comment', label: t('attribute.comment') },
          ]}
          initial={panel === 'new' ? {} : { comment: panel.comment ?? '' }}
          save={async (values) => {
            await post(
              panel === 'new' ? '/correlation_exclusions/add' : `/correlation_exclusions/edit/${panel.id}`,
              values,
            );
            await act(async () => undefined, t('correlation.exclusionSaved'));
          }}
          onClose={() => setPanel(undefined)}
        />
      )}
    </>
  );
}
