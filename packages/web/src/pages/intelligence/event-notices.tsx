import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { acceptDelegation, delegationsQuery, discardDelegation } from '../../api/event-actions.ts';
import { eventQuery } from '../../api/events.ts';
import { useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { CheckField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import styles from './event-header.module.css';

/** What else there is to know of an event: what it extends and is extended by, keys, a request to take it over. */
export function EventNotices({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [search, change] = useSearchState();
  const extendsUuid = event.extends_uuid ?? '';
  const { data: base } = useQuery({ ...eventQuery(extendsUuid), enabled: extendsUuid !== '', retry: false });
  const extensions = event.ExtendedBy ?? [];
  const keys = event.CryptographicKey?.length ?? 0;
  return (
    <div className={styles.notices}>
      {extendsUuid !== '' && (
        <span>
          <Icon name="inherit" size={14} /> {t('extends.extends')}{' '}
          <AppLink to={paths.event(extendsUuid)}>
            <bdi>{base?.info ?? extendsUuid}</bdi>
          </AppLink>
        </span>
      )}
      {extensions.length > 0 && (
        <span>
          <Icon name="link" size={14} /> {t('extends.by', { n: extensions.length })}{' '}
          {extensions.slice(0, 5).map((extension, index) => (
            <span key={extension.id}>
              {index > 0 && ' · '}
              <AppLink to={paths.event(extension.id)} title={extension.Orgc?.name}>
                <bdi>{extension.info}</bdi>
              </AppLink>
            </span>
          ))}
          {extensions.length > 5 && ` ${t('tag.more', { n: extensions.length - 5 })}`}
        </span>
      )}
      {extensions.length > 0 && (
        <CheckField
          label={t('extends.show')}
          value={search.extended === '1'}
          onChange={(on) => change({ extended: on ? '1' : undefined })}
        />
      )}
      {event.protected === true && (
        <span>
          <Icon name="lock" size={14} /> {t('protection.state', { n: keys })}
        </span>
      )}
      {event.disable_correlation === true && (
        <span className="muted">
          <Icon name="unpublish" size={14} /> {t('eventMenu.correlationOff')}
        </span>
      )}
      <DelegationNotice event={event} />
    </div>
  );
}

function DelegationNotice({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const session = useSession();
  // Only an event that nobody else sees can wait to be handed over.
  const mayWait = event.distribution === '0';
  const pending = useQuery({ ...delegationsQuery('pending'), enabled: mayWait, staleTime: 60_000 });
  const issued = useQuery({ ...delegationsQuery('issued'), enabled: mayWait, staleTime: 60_000 });
  const request = [...(pending.data ?? []), ...(issued.data ?? [])].find((entry) => entry.event_id === event.id);
  if (request === undefined) return null;
  const isReceiver = request.org_id === String(session.organisation.id);
  const mayAdd = session.role.perm_add === true;
  return (
    <div className={styles.request}>
      <span>
        <Icon name="sharing" size={14} /> {t(isReceiver ? 'delegation.waiting' : 'delegation.waitingThere')}{' '}
        <bdi className="muted">{request.message}</bdi>
      </span>
      {request.distribution !== undefined && (
        <>
          <span className="muted">{t('delegation.wish')}</span>
          <DistributionBadge distribution={request.distribution} />
        </>
      )}
      {isReceiver && (
        <Button
          size="compact-sm"
          disabled={!mayAdd}
          onClick={() =>
            void acceptDelegation(request.id).then(async () => {
              await client.invalidateQueries();
              toasts.success(t('delegation.accepted'));
              await go(paths.events());
            }, toasts.failure)
          }
        >
          {t('proposal.accept')}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        disabled={!mayAdd}
        onClick={() =>
          void discardDelegation(request.id).then(async () => {
            await client.invalidateQueries();
            toasts.success(t('delegation.discarded'));
          }, toasts.failure)
        }
      >
        {t(isReceiver ? 'proposal.discard' : 'delegation.withdraw')}
      </Button>
    </div>
  );
}
