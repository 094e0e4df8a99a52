import { Button } from '@mantine/core';
import { lazy, type ReactNode } from 'react';
import type { ReportElements } from '../../api/reports.ts';
import { TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from '../intelligence/distribution-field.tsx';
import type { ReportReference } from './references.ts';
import type { ReportDraft } from './use-report-draft.ts';

const ReportEditor = lazy(() => import('./report-editor.tsx').then((module) => ({ default: module.ReportEditor })));

const saveKey = 'Ctrl S';

interface ReportWritingProps {
  readonly writing: ReportDraft;
  readonly elements: ReportElements | undefined;
  readonly renderReference: (reference: ReportReference) => ReactNode;
}

/** Writes a report: its name, who sees it, and its text with a preview beside it. */
export function ReportWriting({ writing, elements, renderReference }: ReportWritingProps) {
  const t = useT();
  const { draft, change, failure, isBusy, save, discard } = writing;
  return (
    <>
      <div className="form-row" style={{ maxWidth: 860 }}>
        <TextField label={t('field.name')} value={draft.name} onChange={(name) => change({ name })} required />
        <DistributionField value={draft} mayInherit onChange={change} />
      </div>
      <ReportEditor
        text={draft.content}
        onChange={(content) => change({ content })}
        onSave={() => void save()}
        elements={elements}
        renderReference={renderReference}
      />
      {failure !== undefined && <ErrorBox error={failure} />}
      <div className="form-actions">
        <Button variant="default" onClick={discard}>
          {t('action.cancel')}
        </Button>
        <Button loading={isBusy} disabled={draft.name.trim() === ''} title={saveKey} onClick={() => void save()}>
          {t('action.save')}
        </Button>
      </div>
    </>
  );
}
