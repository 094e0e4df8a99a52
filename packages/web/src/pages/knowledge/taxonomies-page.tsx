import { Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import { setTaxonomyEnabled, type TaxonomyIndexRow, taxonomiesQuery } from '../../api/library.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff, YesNo } from '../../components/state-text.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Taxonomies: which vocabularies of tags are in use. */
export function Page() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const act = useAct('taxonomies');
  const maySwitch = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery(taxonomiesQuery());

  const columns = useMemo<readonly ListColumn<TaxonomyIndexRow>[]>(() => {
    async function toggle({ Taxonomy: taxonomy }: TaxonomyIndexRow) {
      try {
        await setTaxonomyEnabled(taxonomy.id, !taxonomy.enabled);
      } catch (error) {
        toasts.failure(error);
      }
      await client.invalidateQueries({ queryKey: ['taxonomies'] });
    }
    const flag = (
      { Taxonomy: taxonomy }: TaxonomyIndexRow,
      name: 'required' | 'highlighted',
      action: string,
      label: 'taxonomy.requireNamed' | 'taxonomy.highlightNamed',
    ) =>
      maySwitch ? (
        <Switch
          size="xs"
          checked={taxonomy[name]}
          aria-label={t(label, { name: taxonomy.namespace })}
          onChange={() => void act(() => post(`/taxonomies/${action}/${taxonomy.id}`, { [name]: !taxonomy[name] }))}
        />
      ) : (
        <YesNo value={taxonomy[name]} />
      );
    return [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (row) => Number(row.Taxonomy.enabled),
        render: (row) =>
          maySwitch ? (
            <Switch
              size="xs"
              checked={row.Taxonomy.enabled}
              onChange={() => void toggle(row)}
              aria-label={t('state.enableNamed', { name: row.Taxonomy.namespace })}
            />
          ) : (
            <OnOff value={row.Taxonomy.enabled} />
          ),
      },
      {
        id: 'namespace',
        header: t('taxonomy.namespace'),
        width: 200,
        text: (row) => row.Taxonomy.namespace,
        render: (row) => (
          <AppLink className="link-cell" to={paths.taxonomy(row.Taxonomy.id)}>
            {row.Taxonomy.namespace}
          </AppLink>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 1,
        text: (row) => row.Taxonomy.description,
        render: (row) => <span title={row.Taxonomy.description}>{row.Taxonomy.description}</span>,
      },
      {
        id: 'tags',
        header: t('taxonomy.tags'),
        width: 110,
        align: 'end',
        number: (row) => row.total_count,
        render: (row) => `${row.current_count} / ${row.total_count}`,
      },
      {
        id: 'required',
        header: t('taxonomy.required'),
        width: 100,
        number: (row) => Number(row.Taxonomy.required),
        render: (row) => flag(row, 'required', 'toggleRequired', 'taxonomy.requireNamed'),
      },
      {
        id: 'highlighted',
        header: t('taxonomy.highlighted'),
        width: 110,
        number: (row) => Number(row.Taxonomy.highlighted),
        render: (row) => flag(row, 'highlighted', 'toggleHighlighted', 'taxonomy.highlightNamed'),
      },
      { id: 'version', header: t('field.version'), width: 80, align: 'end', render: (row) => row.Taxonomy.version },
    ];
  }, [t, maySwitch, client, toasts, act]);

  return (
    <ListPage
      title={t('nav.taxonomies')}
      query={query}
      columns={columns}
      keyOf={(row) => row.Taxonomy.id}
      nameOf={(row) => row.Taxonomy.namespace}
      onOpen={(row) => void go(paths.taxonomy(row.Taxonomy.id))}
      actions={<LoadLibrary library="taxonomies" />}
      empty={{
        icon: 'knowledge',
        title: t('library.none'),
        text: t('library.noneText'),
        action: <LoadLibrary library="taxonomies" first />,
      }}
    />
  );
}
