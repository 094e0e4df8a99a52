import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { addReport, type ReportRow, reportFromEvent, reportFromUrl } from '../../api/reports.ts';
import { TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';

/** What a new report begins with. */
export type NewReportKind = 'empty' | 'url' | 'event';

const exampleAddress = 'https://';

interface NewReportProps {
  readonly eventId: string;
  readonly kind: NewReportKind;
  readonly onClose: () => void;
  readonly onMade: (report: ReportRow) => void;
}

/** A new report: empty, from a web page, or told from what the event holds. */
export function NewReport({ eventId, kind, onClose, onMade }: NewReportProps) {
  const t = useT();
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const titles = { empty: t('report.new'), url: t('report.fromUrl'), event: t('report.fromEvent') };

  async function make() {
    setBusy(true);
    setFailure(undefined);
    try {
      if (kind === 'empty') onMade(await addReport(eventId, { name: text.trim(), content: '', distribution: '5' }));
      else if (kind === 'url') onMade(await reportFromUrl(eventId, text.trim()));
      else onMade(await reportFromEvent(eventId));
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal opened onClose={onClose} title={titles[kind]} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {kind === 'empty' && <TextField label={t('field.name')} value={text} onChange={setText} autoFocus required />}
        {kind === 'url' && (
          <TextField
            label={t('report.address')}
            description={t('report.addressHelp')}
            value={text}
            onChange={setText}
            placeholder={exampleAddress}
            autoFocus
            required
            mono
          />
        )}
        {kind === 'event' && <p style={{ margin: 0 }}>{t('report.fromEventText')}</p>}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={kind !== 'event' && text.trim() === ''}>
            {t('report.make')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
