import { HoverCard as Card, Popover } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './modules.module.css';

const QuickLooks = lazy(() => import('./enrich-panel.tsx').then((module) => ({ default: module.QuickLooks })));

const OPEN_MS = 350;

const place = { position: 'bottom-start', width: 460, shadow: 'md', withinPortal: true } as const;

/** The mark, and what modules say of the value while the pointer or focus is on it, or after a click alone. */
export function HoverCard({ attributeId, byClick }: { readonly attributeId: string; readonly byClick: boolean }) {
  const t = useT();
  const mark = (
    <button type="button" className={styles.mark} aria-label={t('module.look')}>
      <Icon name="search" size={14} />
    </button>
  );
  const looks = (
    <Suspense fallback={<Skeleton height={60} />}>
      <QuickLooks attributeId={attributeId} />
    </Suspense>
  );
  if (byClick) {
    return (
      <Popover {...place}>
        <Popover.Target>{mark}</Popover.Target>
        <Popover.Dropdown className={styles.card}>{looks}</Popover.Dropdown>
      </Popover>
    );
  }
  return (
    <Card openDelay={OPEN_MS} {...place}>
      <Card.Target>{mark}</Card.Target>
      <Card.Dropdown className={styles.card}>{looks}</Card.Dropdown>
    </Card>
  );
}
