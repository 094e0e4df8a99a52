import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { organisationsQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { useAct } from '../../components/use-act.ts';
import { useConfirmDelete } from '../../components/use-confirm-delete.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { CorrelationTabs } from './correlation-tabs.tsx';

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly comment: string | null;
  readonly selector_type: string;
  readonly selector_list: readonly unknown[] | string;
}

const selectors: Readonly<Record<string, MessageKey>> = {
  orgc_id: 'correlation.byOrganisation',
  event_id: 'correlation.byEvent',
  event_info: 'correlation.byTitle',
};

function listOf(rule: Rule): readonly string[] {
  const list: unknown = typeof rule.selector_list === 'string' ? JSON.parse(rule.selector_list) : rule.selector_list;
  return Array.isArray(list) ? list.map(String) : [];
}

/** Rules that keep groups of events apart: what they select does not correlate with each other. */
export function Page() {
  const t = useT();
  const act = useAct('correlationRules');
  const { ask, dialog } = useConfirmDelete();
  const [panel, setPanel] = useState<Rule | 'new'>();
  const query = useQuery({
    ...rowsQuery<{ readonly CorrelationRule: Rule }>('correlationRules', '/correlation_rules/index.json'),
    select: (rows) => rows.map((row) => row.CorrelationRule),
  });
  const organisations = useQuery(organisationsQuery('all')).data;
  const columns = useMemo<readonly ListColumn<Rule>[]>(() => {
    const valuesOf = (rule: Rule) =>
      listOf(rule).map((value) => {
        const found = /^org/.test(rule.selector_type) && organisations?.find((one) => one.id === value);
        return found ? `${found.name} (${value})` : value;
      });
    return [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        grow: 1,
        text: (rule) => rule.name,
        render: (rule) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setPanel(rule)}>
            <bdi>{rule.name}</bdi>
          </button>
        ),
      },
      {
        id: 'selects',
        header: t('correlation.selects'),
        width: 320,
        grow: 2,
        text: (rule) => valuesOf(rule).join(', '),
        render: (rule) => {
          const key = selectors[rule.selector_type];
          return (
            <bdi>
              {key === undefined ? rule.selector_type : t(key)}: {valuesOf(rule).join(', ')}
            </bdi>
          );
        },
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 200,
        grow: 1,
        text: (rule) => rule.comment ?? '',
        render: (rule) => <bdi>{rule.comment}</bdi>,
      },
      {
        id: 'act',
        header: t('grid.tools'),
        quiet: true,
        width: 120,
        render: (rule) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              ask({
                name: rule.name,
                run: async () => {
                  await post(`/correlation_rules/delete/${rule.id}`);
                  await act(async () => undefined, t('correlation.ruleDeleted'));
                },
              })
            }
          >
            {t('action.delete')}
          </Button>
        ),
      },
    ];
  }, [t, act, ask, organisations]);
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setPanel('new')}>
      {t('correlation.addRule')}
    </Button>
  );
  return (
    <>
      <CorrelationTabs active="rules" />
      <ListPage
        title={t('correlation.rules')}
        query={query}
        columns={columns}
        keyOf={(rule) => rule.id}
        nameOf={(rule) => rule.name}
        onOpen={setPanel}
        actions={add}
        empty={{ icon: 'rule', title: t('correlation.noRules'), text: t('correlation.noRulesText'), action: add }}
      />
      {dialog}
      {panel !== undefined && (
        <PanelForm
          title={panel === 'new' ? t('correlation.addRule') : panel.name}
          fields={[
            { name: 'name', label: t('field.name'), required: true },
            { name: 'comment', label: t('attribute.comment') },
            {
              name: 'selector_type',
              label: t('correlation.selector'),
              kind: 'choice',
              choices: Object.entries(selectors).map(([value, key]) => ({ value, label: t(key) })),
            },
            {
              name: 'selector_list',
              label: t('correlation.selectorList'),
              kind: 'area',
              mono: true,
              required: true,
              help: t('correlation.selectorHelp'),
            },
          ]}
          initial={
            panel === 'new'
              ? { selector_type: 'orgc_id', selector_list: '' }
              : {
                  name: panel.name,
                  comment: panel.comment ?? '',
                  selector_type: panel.selector_type,
                  selector_list: listOf(panel).join('\n'),
                }
          }
          save={async (values) => {
            const list = String(values.selector_list)
              .split('\n')
              .map((line) => line.trim());
            const rule = { ...values, selector_list: list.filter((line) => line !== '') };
            await post(panel === 'new' ? '/correlation_rules/add' : `/correlation_rules/edit/${panel.id}`, rule);
            await act(async () => undefined, t('form.saved', { name: String(values.name) }));
          }}
          onClose={() => setPanel(undefined)}
        />
      )}
    </>
  );
}
