import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { modulesQuery } from '../../api/modules.ts';

const HoverCard = lazy(() => import('./hover-card.tsx').then((module) => ({ default: module.HoverCard })));

/** A mark beside a value that a module can say something of; loaded where there is such a module. */
export function HoverLook({ attributeId, type }: { readonly attributeId: string; readonly type: string }) {
  const { data: list } = useQuery(modulesQuery('enrichment'));
  const fits = list?.modules.some(({ uses, input }) => uses.includes('hover') && input.includes(type)) === true;
  if (list?.hover !== true || !fits) return null;
  return (
    <Suspense>
      <HoverCard attributeId={attributeId} byClick={list.hoverByClick} />
    </Suspense>
  );
}
