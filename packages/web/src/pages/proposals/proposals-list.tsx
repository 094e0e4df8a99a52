import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { attributesByUuidQuery } from '../../api/attributes.ts';
import {
  acceptProposal,
  discardProposal,
  type Proposal,
  type ProposalEvent,
  proposalEventsQuery,
  proposalsQuery,
} from '../../api/proposals.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Attribute } from '../../api/wire.ts';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { type FieldChange, FieldDiff } from '../event-tabs/field-diff.tsx';
import { readableChanges } from '../event-tabs/history-words.ts';
import styles from '../event-tabs/tabs.module.css';

interface ProposalsListProps {
  /** Those of one event, or all. */
  readonly eventId?: string;
  /** Of one event: why they cannot be accepted; undefined when they can. */
  readonly disabledReason?: string | undefined;
  readonly onDecided?: () => Promise<unknown>;
}

const compared = ['type', 'category', 'value', 'to_ids', 'comment', 'first_seen', 'last_seen'] as const;

/** What a proposal would change, field by field; all fields of a new attribute. */
function proposedChanges(proposal: Proposal, attribute: Attribute | undefined): readonly FieldChange[] {
  if (proposal.proposal_to_delete) return [{ field: 'value', before: attribute?.value ?? proposal.value, after: '' }];
  const fields = compared.map((field) => ({
    field,
    ...(attribute === undefined ? {} : { before: attribute[field] }),
    after: proposal[field],
  }));
  if (proposal.old_id === '0') return fields.filter((change) => change.after !== null && change.after !== '');
  // A time that is not given is not proposed to be taken away.
  const given = fields.filter(({ field, after }) => !field.endsWith('_seen') || after !== null);
  return given.filter((change) => attribute === undefined || (change.before ?? null) !== (change.after ?? null));
}

/** Proposals with what they would change; accepted or discarded one by one or many at once. */
export function ProposalsList({ eventId, disabledReason, onDecided }: ProposalsListProps) {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const query = useInfiniteQuery(proposalsQuery(eventId));
  const proposals = useMemo(() => query.data?.pages.flatMap((page) => page.proposals) ?? [], [query.data]);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const known = useAttributes(proposals);
  const eventOf = useEvents(proposals, eventId);
  const reasonAgainst = useReasons(eventOf, eventId, disabledReason);

  async function decide(ids: readonly string[], accept: boolean) {
    setBusy(true);
    let done = 0;
    for (const id of ids) {
      try {
        await (accept ? acceptProposal(id) : discardProposal(id));
        done += 1;
      } catch (error) {
        toasts.failure(error);
      }
    }
    await client.invalidateQueries({ queryKey: ['proposals'] });
    await onDecided?.();
    setSelection(new Set());
    setBusy(false);
    if (done > 0) toasts.success(t(accept ? 'proposal.accepted' : 'proposal.discarded', { n: done }));
  }

  if (query.isError) return <ErrorBox error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton height={160} />;
  if (proposals.length === 0)
    return <EmptyState icon="edit" title={t('proposal.none')} text={t('proposal.noneText')} />;
  const chosen = proposals.filter((proposal) => selection.has(proposal.id));
  const buttons = (decided: readonly Proposal[], size: 'compact-sm' | 'xs') =>
    ([true, false] as const).map((accept) => {
      const reason = decided.map((proposal) => reasonAgainst(proposal, accept)).find((text) => text !== undefined);
      const ids = decided.map((proposal) => proposal.id);
      return (
        <Button
          key={String(accept)}
          size={size}
          variant={accept ? 'filled' : 'default'}
          disabled={reason !== undefined || ids.length === 0 || busy}
          title={reason}
          onClick={() => void decide(ids, accept)}
        >
          {t(accept ? 'proposal.accept' : 'proposal.discard')}
        </Button>
      );
    });
  return (
    <>
      <div className={styles.tools}>
        <label style={{ display: 'inline-flex', gap: 6, alignItems: 'center', minHeight: 24 }}>
          <input
            type="checkbox"
            checked={chosen.length === proposals.length}
            onChange={(event) =>
              setSelection(new Set(event.currentTarget.checked ? proposals.map((proposal) => proposal.id) : []))
            }
          />
          {t('grid.selectAll')}
        </label>
        <span className="count" aria-live="polite">
          {t('bulk.selected', { n: chosen.length })}
        </span>
        {buttons(chosen, 'xs')}
      </div>
      <table className={`${styles.table} ${styles.stacking}`}>
        <thead>
          <tr>
            <th style={{ width: 32 }}>
              <span className="visually-hidden">{t('grid.selectAll')}</span>
            </th>
            <th>{t('proposal.kind')}</th>
            <th style={{ width: '40%' }}>{t('proposal.change')}</th>
            <th style={{ minWidth: 130 }}>{t('proposal.by')}</th>
            {eventId === undefined && <th style={{ minWidth: 220 }}>{t('proposal.event')}</th>}
            <th>{t('proposal.age')}</th>
            <th>
              <span className="visually-hidden">{t('grid.tools')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {proposals.map((proposal) => (
            <tr key={proposal.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={t('grid.select', { name: proposal.value })}
                  checked={selection.has(proposal.id)}
                  onChange={(event) => {
                    const next = new Set(selection);
                    if (event.currentTarget.checked) next.add(proposal.id);
                    else next.delete(proposal.id);
                    setSelection(next);
                  }}
                />
              </td>
              <td className={styles.nowrap}>
                {t(
                  proposal.proposal_to_delete
                    ? 'proposal.toDelete'
                    : proposal.old_id === '0'
                      ? 'proposal.toAdd'
                      : 'proposal.toChange',
                )}
              </td>
              <td>
                {proposal.old_id !== '0' && (
                  <div className="muted">
                    <bdi className="mono">{known.get(proposal.old_id)?.value ?? ''}</bdi>
                  </div>
                )}
                <FieldDiff changes={readableChanges(t, proposedChanges(proposal, known.get(proposal.old_id)))} />
              </td>
              <td>
                <bdi>{proposal.Org?.name}</bdi>
              </td>
              {eventId === undefined && (
                <td>
                  <AppLink to={paths.eventTab(proposal.event_id, 'proposals')}>
                    <bdi>{eventOf(proposal.event_id)?.info ?? `#${proposal.event_id}`}</bdi>
                  </AppLink>
                </td>
              )}
              <td className={styles.nowrap}>
                <Moment epoch={proposal.timestamp} />
              </td>
              <td>
                <span style={{ display: 'inline-flex', gap: 6 }}>{buttons([proposal], 'compact-sm')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.hasNextPage && (
        <p>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </p>
      )}
    </>
  );
}

/**
 * Why a proposal cannot be accepted or discarded; undefined when it can. Its own organisation may take it back; who of
 * it, and what a role that changes only events of the user's own may do, is for the server to say.
 */
function useReasons(
  eventOf: (id: string) => ProposalEvent | undefined,
  eventId: string | undefined,
  ofEvent: string | undefined,
): (proposal: Proposal, accept: boolean) => string | undefined {
  const t = useT();
  const session = useSession();
  const mayModify = hasRight(session, 'perm_modify_org') || hasRight(session, 'perm_modify');
  return (proposal, accept) => {
    if (!hasRight(session, 'perm_add')) return t('reason.right', { right: 'perm_add' });
    const own = session.organisation.id;
    if (!accept && proposal.org_id === own) return undefined;
    if (eventId !== undefined) return ofEvent;
    if (session.role.perm_site_admin === true) return undefined;
    const creator = eventOf(proposal.event_id)?.orgc_id;
    return creator === undefined || (creator === own && mayModify) ? undefined : t('reason.edit');
  };
}

/** The events that proposals are made to, where the list is not of one event alone. */
function useEvents(
  proposals: readonly Proposal[],
  eventId: string | undefined,
): (id: string) => ProposalEvent | undefined {
  const ids = eventId === undefined ? [...new Set(proposals.map((proposal) => proposal.event_id))].sort() : [];
  const { data } = useQuery({ ...proposalEventsQuery(ids), placeholderData: (old) => old });
  return (id) => data?.get(id);
}

/** The attributes that proposals are about, by id. */
function useAttributes(proposals: readonly Proposal[]): ReadonlyMap<string, Attribute> {
  // A proposal about an attribute has its uuid.
  const uuids = [...new Set(proposals.filter(({ old_id: id }) => id !== '0').map((proposal) => proposal.uuid))];
  const { data = [] } = useQuery({ ...attributesByUuidQuery(uuids), placeholderData: (old) => old });
  return new Map(data.map((attribute) => [attribute.id, attribute]));
}
