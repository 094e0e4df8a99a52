import { Button, Drawer } from '@mantine/core';
import { useState } from 'react';
import { addAttribute } from '../../api/attributes.ts';
import type { EventHeader } from '../../api/wire.ts';
import { DropZone } from '../../components/drop-zone.tsx';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { formatBytes, readBase64 } from '../../components/read-file.ts';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import type { EventActions } from './use-event-actions.ts';

interface FilePanelProps {
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly onClose: () => void;
}

/** Attaching files: harmless ones as they are, samples in an encrypted archive. */
export function FilePanel({ event, actions, onClose }: FilePanelProps) {
  const t = useT();
  const { language } = useTranslator();
  const toasts = useToasts();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [kind, setKind] = useState('attachment');
  const [comment, setComment] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  async function save() {
    setBusy(true);
    setFailure(undefined);
    const left = [...files];
    try {
      for (const file of files) {
        await addAttribute(event.id, {
          type: kind,
          category: kind === 'malware-sample' ? 'Payload delivery' : 'External analysis',
          value: file.name,
          data: await readBase64(file),
          comment,
          ...(kind === 'malware-sample' ? { encrypt: true } : {}),
        });
        left.shift();
      }
      toasts.success(t('file.added', { n: files.length }));
      onClose();
    } catch (error) {
      // What has arrived is not sent again.
      setFiles(left);
      setFailure(error);
    } finally {
      setBusy(false);
      await actions.refresh();
    }
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={t('file.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(submit) => {
          submit.preventDefault();
          if (files.length > 0) void save();
        }}
      >
        <DropZone label={t('file.choose')} onFiles={(chosen) => setFiles((current) => [...current, ...chosen])} />
        {files.length > 0 && (
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {files.map((file) => (
              <li key={`${file.name} ${file.size} ${file.lastModified}`}>
                <bdi>{file.name}</bdi> <span className="muted">{formatBytes(file.size, language)}</span>
              </li>
            ))}
          </ul>
        )}
        <ChoiceField
          label={t('file.kind')}
          description={t(kind === 'malware-sample' ? 'file.sampleHelp' : 'file.attachmentHelp')}
          value={kind}
          choices={[
            { value: 'attachment', label: t('file.attachment') },
            { value: 'malware-sample', label: t('file.sample') },
          ]}
          onChange={setKind}
        />
        <TextField label={t('attribute.comment')} value={comment} onChange={setComment} />
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={files.length === 0}>
            {t('file.add', { n: files.length })}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
