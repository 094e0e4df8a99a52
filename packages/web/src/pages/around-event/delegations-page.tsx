import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { acceptDelegation, type Delegation, delegationsQuery, discardDelegation } from '../../api/event-actions.ts';
import { useSession } from '../../api/session.tsx';
import { DistributionBadge } from '../../components/badges.tsx';
import { ChoiceField } from '../../components/fields.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';

/** Requests that an organisation publishes an event for another: those received and those made. */
export function Page() {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const mayAdd = useSession().role.perm_add === true;
  const [search, change] = useSearchState();
  const side = search.context === 'issued' ? 'issued' : 'pending';
  const query = useQuery(delegationsQuery(side));
  const columns = useMemo<readonly ListColumn<Delegation>[]>(() => {
    const decide = (work: Promise<unknown>, done: string) =>
      void work.then(async () => {
        await client.invalidateQueries();
        toasts.success(done);
      }, toasts.failure);
    return [
      {
        id: 'event',
        header: t('proposal.event'),
        width: 280,
        grow: 2,
        text: (row) => row.Event?.info ?? '',
        render: (row) => (
          <AppLink className="link-cell" to={paths.event(row.event_id)}>
            <bdi>{row.Event?.info ?? `#${row.event_id}`}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'from',
        header: t('delegation.from'),
        width: 160,
        text: (row) => row.RequesterOrg?.name ?? '',
        render: (row) => <bdi>{row.RequesterOrg?.name}</bdi>,
      },
      {
        id: 'to',
        header: t('delegation.organisation'),
        width: 160,
        text: (row) => row.Org?.name ?? '',
        render: (row) => <bdi>{row.Org?.name}</bdi>,
      },
      {
        id: 'message',
        header: t('contact.message'),
        width: 200,
        grow: 1,
        text: (row) => row.message,
        render: (row) => <bdi title={row.message}>{row.message}</bdi>,
      },
      {
        id: 'wish',
        header: t('delegation.wish'),
        width: 180,
        text: (row) => row.distribution ?? '',
        render: (row) => row.distribution !== undefined && <DistributionBadge distribution={row.distribution} />,
      },
      {
        id: 'decide',
        header: t('grid.tools'),
        quiet: true,
        width: 200,
        render: (row) => (
          <span style={{ display: 'inline-flex', gap: 6 }}>
            {side === 'pending' && (
              <Button
                size="compact-xs"
                disabled={!mayAdd}
                onClick={() => decide(acceptDelegation(row.id), t('delegation.accepted'))}
              >
                {t('proposal.accept')}
              </Button>
            )}
            <Button
              size="compact-xs"
              variant="default"
              disabled={!mayAdd}
              onClick={() => decide(discardDelegation(row.id), t('delegation.discarded'))}
            >
              {t(side === 'pending' ? 'proposal.discard' : 'delegation.withdraw')}
            </Button>
          </span>
        ),
      },
    ];
  }, [t, client, toasts, mayAdd, side]);
  return (
    <ListPage
      title={t('nav.delegations')}
      query={query}
      columns={columns}
      keyOf={(row) => row.id}
      nameOf={(row) => row.Event?.info ?? row.id}
      filters={
        <ChoiceField
          label={t('delegation.side')}
          hideLabel
          value={side}
          choices={[
            { value: 'pending', label: t('delegation.pending') },
            { value: 'issued', label: t('delegation.issued') },
          ]}
          onChange={(value) => change({ context: value === 'issued' ? value : undefined })}
        />
      }
      empty={{ icon: 'sharing', title: t('delegation.none'), text: t('delegation.noneText') }}
    />
  );
}
