import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Matrix, type MatrixCluster, matrixQuery } from '../../api/event-pictures.ts';
import { attachCluster, untagEvent } from '../../api/events.ts';
import { galaxiesQuery } from '../../api/library.ts';
import { canTagEvent, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { CheckField, ChoiceField } from '../../components/fields.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { MatrixCells } from './matrix-cells.tsx';
import styles from './tabs.module.css';

/** The techniques of an event on a matrix: ATT&CK, or any other galaxy with a kill chain. */
export function MatrixTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [galaxy, setGalaxy] = useState('');
  const [tab, setTab] = useState('');
  const [onlyUsed, setOnlyUsed] = useState(false);
  const [picking, setPicking] = useState(false);
  const client = useQueryClient();
  const toasts = useToasts();
  const mayTag = canTagEvent(useSession(), event);
  const { data: galaxies = [] } = useQuery(galaxiesQuery());
  const { data: matrix, error, refetch } = useQuery(matrixQuery(event.id, galaxy));
  if (error !== null) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (matrix === undefined) return <Skeleton height={240} />;
  const tabs = Object.keys(matrix.matrix);
  const shown = tabs.includes(tab) ? tab : (fullestTab(matrix) ?? '');
  const used = Object.keys(matrix.scores).length;
  const withMatrix = galaxies.filter((entry) => entry.kill_chain_order != null && entry.enabled !== false);
  const attached = new Map((event.Tag ?? []).map((tag) => [tag.name, tag.id]));
  const refresh = () => client.invalidateQueries({ queryKey: ['event', event.id] });

  async function toggle(cluster: MatrixCluster) {
    const tagId = attached.get(cluster.tag_name);
    try {
      await (tagId === undefined ? attachCluster(event.id, cluster.id) : untagEvent(event.id, tagId));
      await refresh();
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  return (
    <section aria-label={t('eventTab.matrix')}>
      <div className={styles.tools}>
        <ChoiceField
          label={t('matrix.galaxy')}
          hideLabel
          value={galaxy === '' ? matrix.Galaxy.id : galaxy}
          choices={[
            ...(withMatrix.some((entry) => entry.id === matrix.Galaxy.id)
              ? []
              : [{ value: matrix.Galaxy.id, label: matrix.Galaxy.name }]),
            ...withMatrix.map((entry) => ({ value: entry.id, label: entry.name })),
          ]}
          onChange={(value) => {
            setGalaxy(value);
            setTab('');
          }}
        />
        {tabs.length > 1 && (
          <ChoiceField
            label={t('matrix.tab')}
            hideLabel
            value={shown}
            choices={tabs.map((name) => ({ value: name, label: name.replaceAll('-', ' ') }))}
            onChange={setTab}
          />
        )}
        <CheckField label={t('matrix.onlyUsed')} value={onlyUsed} onChange={setOnlyUsed} />
        <span className="count">{t('matrix.count', { n: used })}</span>
        <span className={styles.space} />
        <Button
          variant={picking ? 'light' : 'default'}
          aria-pressed={picking}
          disabled={!mayTag}
          title={mayTag ? t('matrix.pickHint') : t('reason.tag')}
          onClick={() => setPicking(!picking)}
        >
          {t('matrix.pick')}
        </Button>
      </div>
      {used === 0 && onlyUsed && !picking ? (
        <EmptyState icon="knowledge" title={t('matrix.none')} text={t('matrix.noneText')} />
      ) : (
        <MatrixCells
          matrix={matrix}
          tab={shown}
          onlyUsed={onlyUsed}
          pick={picking ? { isPicked: (cluster) => attached.has(cluster.tag_name), toggle } : undefined}
        />
      )}
    </section>
  );
}

/** The tab of the kill chain in which most of the event's techniques stand; of equal ones the largest. */
export function fullestTab(matrix: Matrix): string | undefined {
  const counted = Object.entries(matrix.matrix).map(([tab, columns]) => ({
    tab,
    size: Object.values(columns).flat().length,
    used: Object.values(columns)
      .flat()
      .filter((cluster) => matrix.scores[cluster.tag_name] !== undefined).length,
  }));
  return counted.sort((a, b) => b.used - a.used || b.size - a.size)[0]?.tab;
}
