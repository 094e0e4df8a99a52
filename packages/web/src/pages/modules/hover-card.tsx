import { HoverCard as Card } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './modules.module.css';

const QuickLooks = lazy(() => import('./enrich-panel.tsx').then((module) => ({ default: module.QuickLooks })));

const OPEN_MS = 350;

/** The mark, and what modules say of the value while the pointer or focus is on it. */
export function HoverCard({ attributeId }: { readonly attributeId: string }) {
  const t = useT();
  return (
    <Card openDelay={OPEN_MS} position="bottom-start" width={460} shadow="md" withinPortal>
      <Card.Target>
        <button type="button" className={styles.mark} aria-label={t('module.look')}>
          <Icon name="search" size={14} />
        </button>
      </Card.Target>
      <Card.Dropdown className={styles.card}>
        <Suspense fallback={<Skeleton height={60} />}>
          <QuickLooks attributeId={attributeId} />
        </Suspense>
      </Card.Dropdown>
    </Card>
  );
}
