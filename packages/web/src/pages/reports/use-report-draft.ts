import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { editReport, type Report } from '../../api/reports.ts';
import { useToasts } from '../../components/toasts.tsx';
import { useDraft } from '../../components/use-draft.ts';
import { useT } from '../../i18n/i18n.tsx';

const writable = ({ name, content, distribution, sharing_group_id }: Report) => ({
  ...{ name, content, distribution, sharing_group_id },
});

type ReportFields = ReturnType<typeof writable>;

/** A report that is being written. */
export interface ReportDraft {
  readonly draft: ReportFields;
  readonly change: (fields: Partial<ReportFields>) => void;
  /** Why it could not be saved. */
  readonly failure: unknown;
  readonly isBusy: boolean;
  readonly save: () => Promise<void>;
  /** Goes back to what is stored. */
  readonly discard: () => void;
}

/** What is being written of a report, kept in the browser until it is saved or discarded; `onDone` after either. */
export function useReportDraft(report: Report, onDone: () => void): ReportDraft {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const [draft, setDraft, dropDraft] = useDraft(`report ${report.id}`, writable(report));
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      await editReport(report.id, draft);
      dropDraft();
      await client.invalidateQueries({ queryKey: ['reports'] });
      toasts.success(t('report.saved'));
      onDone();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  function discard() {
    setDraft(writable(report));
    // What is kept for the next time would hide what others have written until then.
    dropDraft();
    setFailure(undefined);
    onDone();
  }

  return { ...{ draft, failure, isBusy, save, discard }, change: (fields) => setDraft({ ...draft, ...fields }) };
}
