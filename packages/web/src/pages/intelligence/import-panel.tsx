import { Button, Drawer } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import { DropZone } from '../../components/drop-zone.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ImportFile } from './import-file.tsx';

interface ChosenFile {
  readonly key: number;
  readonly file: File;
}

/** Importing files of any known format: what each would give, how to store it, and what became of it. */
export function ImportPanel({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [busy, setBusy] = useState<ReadonlySet<number>>(new Set());
  const next = useRef(0);

  const noteBusy = useCallback((key: number, isBusy: boolean) => {
    setBusy((current) => {
      if (current.has(key) === isBusy) return current;
      const changed = new Set(current);
      if (isBusy) changed.add(key);
      else changed.delete(key);
      return changed;
    });
  }, []);

  function choose(chosen: readonly File[]) {
    const added = chosen.map((file) => {
      next.current += 1;
      return { key: next.current, file };
    });
    setFiles((current) => [...current, ...added]);
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={680}
      title={t('new.import')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className="form">
        <DropZone label={t('import.choose')} onFiles={choose} />
        <div aria-live="polite">
          {files.map(({ key, file }) => (
            <FileSlot key={key} id={key} file={file} onBusy={noteBusy} />
          ))}
        </div>
        <div className="form-actions">
          <Button variant="default" onClick={onClose} disabled={busy.size > 0}>
            {t('action.close')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}

function FileSlot(props: {
  readonly id: number;
  readonly file: File;
  readonly onBusy: (key: number, busy: boolean) => void;
}) {
  const { id, file, onBusy } = props;
  const note = useCallback((busy: boolean) => onBusy(id, busy), [id, onBusy]);
  return <ImportFile file={file} onBusy={note} />;
}
