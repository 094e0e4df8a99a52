import { useId, useState } from 'react';
import styles from './drop-zone.module.css';
import { Icon } from './icon.tsx';

/** A place to drop files on, which is also a button that opens the file dialog. */
export function DropZone(props: {
  readonly label: string;
  readonly accept?: string;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the input inside does the same by keyboard
    <div
      className={styles.zone}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        props.onFiles([...event.dataTransfer.files]);
      }}
    >
      <Icon name="upload" size={24} />
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="file"
        multiple
        data-autofocus
        accept={props.accept}
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again after a correction.
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
