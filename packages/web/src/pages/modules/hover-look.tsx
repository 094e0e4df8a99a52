import { HoverCard } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { modulesQuery } from '../../api/modules.ts';
import { Icon } from '../../components/icon.tsx';
import { Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './modules.module.css';

const QuickLooks = lazy(() => import('./enrich-panel.tsx').then((module) => ({ default: module.QuickLooks })));

const OPEN_MS = 350;

/** A mark beside a value that shows what modules say of it while the pointer or focus is on it. */
export function HoverLook({ attributeId, type }: { readonly attributeId: string; readonly type: string }) {
  const t = useT();
  const { data: list } = useQuery(modulesQuery('enrichment'));
  const fits = list?.modules.some(({ uses, input }) => uses.includes('hover') && input.includes(type)) === true;
  if (list?.hover !== true || !fits) return null;
  return (
    <HoverCard openDelay={OPEN_MS} position="bottom-start" width={460} shadow="md" withinPortal>
      <HoverCard.Target>
        <button type="button" className={styles.mark} aria-label={t('module.look')}>
          <Icon name="search" size={14} />
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown className={styles.card}>
        <Suspense fallback={<Skeleton height={60} />}>
          <QuickLooks attributeId={attributeId} />
        </Suspense>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
