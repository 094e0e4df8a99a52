import { Button, Drawer } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import { DropZone } from '../../components/drop-zone.tsx';
import { TextField } from '../../components/fields.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ImportFile, type ImportSource } from './import-file.tsx';
import styles from './import-panel.module.css';

interface ChosenFile {
  readonly key: number;
  readonly source: ImportSource;
}

/** Importing files of any known format: what each would give, how to store it, and what became of it. */
export function ImportPanel({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [busy, setBusy] = useState<ReadonlySet<number>>(new Set());
  const [address, setAddress] = useState('');
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

  function choose(chosen: readonly ImportSource[]) {
    const added = chosen.map((source) => {
      next.current += 1;
      return { key: next.current, source };
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
        <form
          className={styles.address}
          onSubmit={(submit) => {
            submit.preventDefault();
            if (address.trim() !== '') choose([address.trim()]);
            setAddress('');
          }}
        >
          <TextField
            label={t('import.address')}
            description={t('report.addressHelp')}
            value={address}
            onChange={setAddress}
            mono
          />
          <Button type="submit" variant="default" disabled={address.trim() === ''}>
            {t('import.fetch')}
          </Button>
        </form>
        <div aria-live="polite">
          {files.map(({ key, source }) => (
            <FileSlot key={key} id={key} source={source} onBusy={noteBusy} />
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
  readonly source: ImportSource;
  readonly onBusy: (key: number, busy: boolean) => void;
}) {
  const { id, source, onBusy } = props;
  const note = useCallback((busy: boolean) => onBusy(id, busy), [id, onBusy]);
  return <ImportFile source={source} onBusy={note} />;
}
