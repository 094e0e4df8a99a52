import type { StoredFile } from '../../api/imports.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './import-panel.module.css';
import { Reasons } from './import-preview.tsx';

type EventOutcome = StoredFile['results'][number];

const knownActions = ['created', 'updated', 'unchanged', 'refused'] as const;
const MOST_SHOWN = 500;

/** What became of a file: every event with what of it was refused, and what was not taken at all. */
export function ImportOutcome({ stored }: { readonly stored: StoredFile }) {
  const t = useT();
  return (
    <>
      <ul className={styles.events}>
        {stored.results.slice(0, MOST_SHOWN).map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is refused has no id, and the list does not change
          <EventLine key={index} event={event} />
        ))}
      </ul>
      {stored.notTakenCount > 0 && (
        <Reasons title={t('import.notTakenDone', { n: stored.notTakenCount })} rows={stored.notTaken} />
      )}
    </>
  );
}

function EventLine({ event }: { readonly event: EventOutcome }) {
  const t = useT();
  const action = knownActions.find((name) => name === event.action);
  return (
    <li className={styles.event} data-action={event.action}>
      <div className={styles.line}>
        <strong>{action === undefined ? event.action : t(`import.${action}`)}</strong>
        {event.id === null ? <bdi>{event.info}</bdi> : <AppLink to={paths.event(event.id)}>{event.info}</AppLink>}
      </div>
      {event.rejected.length > 0 && (
        <Reasons title={t('import.rejected', { n: event.rejected.length })} rows={event.rejected} />
      )}
    </li>
  );
}
