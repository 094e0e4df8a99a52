import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { type Fact, Facts } from './facts.tsx';
import './list-parts.css';

export interface DetailPanelProps {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  readonly size?: number;
  readonly onClose: () => void;
}

/** One entry of a list in a panel at the right: facts, what else there is to it, and what can be done with it. */
export function DetailPanelContent(props: DetailPanelProps) {
  const t = useT();
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size={props.size ?? 520}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div style={{ display: 'flex', flexDirection: 'column', gap: 16 }}>
        {props.actions !== undefined && <div className="panel-actions">{props.actions}</div>}
        <Facts facts={props.facts} />
        {props.children}
      </div>
    </Drawer>
  );
}
