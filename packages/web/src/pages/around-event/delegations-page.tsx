import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  acceptDelegation,
  type Delegation,
  type DelegationSide,
  delegationsQuery,
  discardDelegation,
} from '../../api/event-actions.ts';
import { useSession } from '../../api/session.tsx';
import { DistributionBadge } from '../../components/badges.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { ChoiceField } from '../../components/fields.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useOpenedId, useSearchState } from '../../routing/search-state.ts';

interface DecisionsProps {
  readonly request: Delegation;
  readonly side: DelegationSide;
  readonly onDone?: () => void;
}

/** What can be done with a request: the receiver takes it over or refuses it, who made it takes it back. */
function Decisions({ request, side, onDone }: DecisionsProps) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const mayAdd = useSession().role.perm_add === true;
  const decide = (work: Promise<unknown>, done: string) =>
    void work.then(async () => {
      onDone?.();
      await client.invalidateQueries();
      toasts.success(done);
    }, toasts.failure);
  return (
    <span style={{ display: 'inline-flex', gap: 6 }}>
      {side === 'pending' && (
        <Button
          size="compact-xs"
          disabled={!mayAdd}
          onClick={() => decide(acceptDelegation(request.id), t('delegation.accepted'))}
        >
          {t('proposal.accept')}
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        disabled={!mayAdd}
        onClick={() => decide(discardDelegation(request.id), t('delegation.discarded'))}
      >
        {t(side === 'pending' ? 'proposal.discard' : 'delegation.withdraw')}
      </Button>
    </span>
  );
}

const wishOf = (request: Delegation) =>
  request.distribution === undefined ? undefined : <DistributionBadge distribution={request.distribution} />;

/** Requests that an organisation publishes an event for another: those received and those made. */
export function Page() {
  const t = useT();
  const [search, change] = useSearchState();
  const side = search.context === 'issued' ? 'issued' : 'pending';
  const query = useQuery(delegationsQuery(side));
  const [openedId, setOpenedId] = useOpenedId();
  const opened = query.data?.find((row) => row.id === openedId);
  // The other side: the own organisation is on this one.
  const other = useMemo(
    () =>
      side === 'pending'
        ? { header: t('delegation.from'), nameIn: (row: Delegation) => row.RequesterOrg?.name ?? '' }
        : { header: t('delegation.organisation'), nameIn: (row: Delegation) => row.Org?.name ?? '' },
    [t, side],
  );
  const columns = useMemo<readonly ListColumn<Delegation>[]>(
    () => [
      {
        id: 'event',
        header: t('proposal.event'),
        width: 240,
        grow: 2,
        text: (row) => row.Event?.info ?? '',
        render: (row) => (
          <AppLink className="link-cell" to={paths.event(row.event_id)}>
            <bdi>{row.Event?.info ?? `#${row.event_id}`}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'other',
        header: other.header,
        width: 160,
        grow: 1,
        text: other.nameIn,
        render: (row) => <bdi title={other.nameIn(row)}>{other.nameIn(row)}</bdi>,
      },
      {
        id: 'message',
        header: t('contact.message'),
        width: 200,
        grow: 2,
        text: (row) => row.message,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpenedId(row.id)}>
            <bdi title={row.message}>{row.message}</bdi>
          </button>
        ),
      },
      {
        id: 'wish',
        header: t('delegation.wish'),
        width: 180,
        text: (row) => row.distribution ?? '',
        render: wishOf,
      },
      {
        id: 'decide',
        header: t('grid.tools'),
        quiet: true,
        width: 200,
        render: (row) => <Decisions request={row} side={side} />,
      },
    ],
    [t, side, other, setOpenedId],
  );
  const close = () => setOpenedId(undefined);
  return (
    <>
      <ListPage
        title={t('nav.delegations')}
        query={query}
        columns={columns}
        keyOf={(row) => row.id}
        nameOf={(row) => row.Event?.info ?? row.id}
        onOpen={(row) => setOpenedId(row.id)}
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
      {opened !== undefined && (
        <DetailPanel
          title={opened.Event?.info ?? `#${opened.event_id}`}
          onClose={close}
          actions={<Decisions request={opened} side={side} onDone={close} />}
          facts={[
            [other.header, <bdi key="other">{other.nameIn(opened)}</bdi>],
            [
              t('proposal.event'),
              <AppLink key="event" to={paths.event(opened.event_id)}>
                #{opened.event_id}
              </AppLink>,
            ],
            [t('event.date'), opened.Event?.date],
            [t('delegation.wish'), wishOf(opened)],
            [t('contact.message'), opened.message && <bdi key="message">{opened.message}</bdi>],
          ]}
        />
      )}
    </>
  );
}
