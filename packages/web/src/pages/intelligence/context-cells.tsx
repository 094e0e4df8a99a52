import { useState } from 'react';
import { type AnalystLists, countEntries } from '../../api/analyst-data.ts';
import type { EventRow } from '../../api/event-rows.ts';
import type { RowFact } from '../../api/row-facts.ts';
import type { SightingType } from '../../api/sightings.ts';
import { Icon } from '../../components/icon.tsx';
import { LazyPopover } from '../../components/lazy-popover.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './context-cells.module.css';

type AttributeRow = Extract<EventRow, { kind: 'attribute' }>;

const kinds = [
  { type: '0', sign: '▲', label: 'sighting.seen' },
  { type: '1', sign: '▼', label: 'sighting.false' },
  { type: '2', sign: '×', label: 'sighting.expired' },
] as const;

/** How often the value was seen, was a false positive, expired; a click adds one of now. */
export function SightingCell(props: {
  readonly row: AttributeRow;
  readonly disabledReason: string | undefined;
  readonly onAdd: (type: SightingType) => void;
}) {
  const t = useT();
  const sightings = props.row.Sighting ?? [];
  return (
    <span className={styles.sightings}>
      {kinds.map(({ type, sign, label }) => {
        const n = sightings.filter((sighting) => sighting.type === type).length;
        return (
          <button
            key={type}
            type="button"
            tabIndex={-1}
            data-some={n > 0}
            disabled={props.disabledReason !== undefined}
            title={props.disabledReason ?? t(label, { n })}
            aria-label={t(label, { n })}
            onClick={() => props.onAdd(type)}
          >
            <span aria-hidden="true">{sign}</span>
            {n > 0 && n}
          </button>
        );
      })}
    </span>
  );
}

/** Events that share the value, and what caches of feeds and instances know. */
export function CorrelationCell({ fact }: { readonly fact: RowFact | undefined }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  if (fact === undefined) return null;
  const { correlations } = fact;
  const sources = [...(fact.Feed ?? []), ...(fact.Server ?? [])];
  return (
    <span className={styles.context}>
      {correlations !== undefined && (
        <LazyPopover
          opened={opened}
          onChange={setOpened}
          label={t('correlation.label')}
          width={380}
          button={
            <button
              type="button"
              tabIndex={-1}
              className={styles.chip}
              title={correlations.events.map((event) => event.info).join('\n')}
              aria-label={t('correlation.events', { n: correlations.count })}
              onClick={() => setOpened(!opened)}
            >
              <Icon name="link" size={13} /> {correlations.count}
            </button>
          }
        >
          <strong>{t('correlation.events', { n: correlations.count })}</strong>
          <ul className={styles.events}>
            {correlations.events.map((event) => (
              <li key={event.id}>
                <AppLink to={paths.eventAt(event.id, event.attribute_uuid)}>
                  <bdi>{event.info}</bdi>
                </AppLink>{' '}
                <span className="mono muted">{event.date}</span>
              </li>
            ))}
          </ul>
          {correlations.count > correlations.events.length && (
            <p className="muted">{t('tag.more', { n: correlations.count - correlations.events.length })}</p>
          )}
        </LazyPopover>
      )}
      {correlations === undefined && fact.over_correlating === true && (
        <span className="muted" title={t('correlation.tooMany')}>
          <Icon name="link" size={13} label={t('correlation.tooMany')} /> ∞
        </span>
      )}
      {sources.length > 0 && (
        <span className={styles.feed} title={sources.map((source) => source.name).join('\n')}>
          <Icon name="download" size={13} label={t('correlation.caches', { n: sources.length })} /> {sources.length}
        </span>
      )}
    </span>
  );
}

/** The highest score that a decaying model gives, with a mark when all say it has expired. */
export function DecayCell({ fact }: { readonly fact: RowFact | undefined }) {
  const t = useT();
  const scores = fact?.decay_score ?? [];
  if (scores.length === 0) return null;
  const best = Math.max(...scores.map((entry) => entry.score));
  const isDecayed = scores.every((entry) => entry.decayed);
  const title = scores
    .map(
      (entry) =>
        `${entry.DecayingModel.name}: ${entry.score.toFixed(1)}${entry.decayed ? ` – ${t('decay.expired')}` : ''}`,
    )
    .join('\n');
  return (
    <span className={styles.decay} data-decayed={isDecayed} title={title}>
      <span className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.min(100, Math.max(0, best))}%` }} />
      </span>
      {Math.round(best)}
      {isDecayed && <span className="visually-hidden">{t('decay.expired')}</span>}
    </span>
  );
}

/** How many notes, opinions and relationships there are; opens them. */
export function NotesCell({ lists, onOpen }: { readonly lists: AnalystLists; readonly onOpen: () => void }) {
  const t = useT();
  const n = countEntries(lists);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.notes}
      data-some={n > 0}
      title={t('notes.open', { n })}
      aria-label={t('notes.open', { n })}
      onClick={onOpen}
    >
      <Icon name="text" size={13} />
      {n > 0 && n}
    </button>
  );
}
