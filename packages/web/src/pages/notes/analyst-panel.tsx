import { Drawer } from '@mantine/core';
import type { AnalystTarget } from '../../api/analyst-data.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AnalystThread } from './analyst-thread.tsx';

interface AnalystPanelProps {
  readonly about: { readonly type: AnalystTarget; readonly uuid: string };
  /** What the notes are about, as people know it. */
  readonly name: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Notes, opinions and relationships about a row, beside the list. */
export function AnalystPanel({ about, name, onChanged, onClose }: AnalystPanelProps) {
  const t = useT();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={t('notes.about', { name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <AnalystThread about={about} onChanged={onChanged} />
    </Drawer>
  );
}
