import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { describeTypesQuery } from '../../api/attributes.ts';
import { ApiError } from '../../api/client.ts';
import {
  type CsvPreview,
  cancelImport,
  dropUpload,
  fetchUrl,
  type ImportPreview,
  importProgress,
  previewAgain,
  type ReadingChoice,
  type StoreChoice,
  type StoredFile,
  storeUpload,
  uploadFile,
} from '../../api/imports.ts';
import { CheckField, ChoiceField, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Meter } from '../../components/meter.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from './distribution-field.tsx';
import { ImportOutcome } from './import-outcome.tsx';
import styles from './import-panel.module.css';
import { CsvMapping, PreviewFacts } from './import-preview.tsx';

const formats = [
  ...(['misp-json', 'misp-xml', 'stix2', 'stix1', 'csv', 'text', 'openioc', 'threatconnect', 'mactime'] as const),
  ...(['eml', 'msg', 'pdf', 'html', 'markdown', 'zip'] as const),
];

/** Where a file is: looked at, waiting for a decision, being stored, or done. */
type Stage =
  | { readonly kind: 'looking' }
  | { readonly kind: 'preview'; readonly preview: ImportPreview }
  | { readonly kind: 'storing'; readonly upload: string; readonly job: string | null; readonly percent: number }
  | { readonly kind: 'done'; readonly stored: StoredFile }
  | { readonly kind: 'cancelled' };

const ASK_MS = 1_000;

/** Formats that become a report, whose values are looked for next. */
const reportFormats = new Set(['pdf', 'html', 'markdown']);

const ImportedReport = lazy(() =>
  import('./imported-report.tsx').then((module) => ({ default: module.ImportedReport })),
);

/** The server forgets it by itself too, only later. */
function forget(upload: string): void {
  void dropUpload(upload).catch(() => undefined);
}

/** A file of the user's, or the address of one. */
export type ImportSource = File | string;

/** One file on its way into the instance. */
export function ImportFile(props: { readonly source: ImportSource; readonly onBusy: (busy: boolean) => void }) {
  const { source, onBusy } = props;
  const name = typeof source === 'string' ? source : source.name;
  const t = useT();
  const client = useQueryClient();
  const [stage, setStage] = useState<Stage>({ kind: 'looking' });
  const [failure, setFailure] = useState<unknown>();
  /** A file that nobody decided about yet: closing the dialog forgets it. */
  const undecided = useRef<string | null>(null);

  const finish = useCallback(
    async (stored: StoredFile) => {
      if (stored.error === undefined) setStage({ kind: 'done', stored });
      else setFailure(new ApiError(400, stored.error));
      await client.invalidateQueries({ queryKey: ['events'] });
    },
    [client],
  );

  useEffect(() => {
    let isGone = false;
    (typeof source === 'string' ? fetchUrl(source) : uploadFile(source)).then(
      (preview) => {
        if (isGone) return forget(preview.upload);
        undecided.current = preview.upload;
        setStage({ kind: 'preview', preview });
      },
      (error: unknown) => !isGone && setFailure(error),
    );
    return () => {
      isGone = true;
      if (undecided.current !== null) forget(undecided.current);
      undecided.current = null;
    };
  }, [source]);

  useEffect(() => onBusy(failure === undefined && stage.kind === 'storing'), [stage.kind, failure, onBusy]);

  const { kind } = stage;
  const waited = kind === 'storing' && stage.job !== null ? stage.upload : null;
  useEffect(() => {
    if (waited === null) return;
    const timer = setInterval(() => {
      importProgress(waited).then((told) => {
        if (told.result !== null) void finish(told.result);
        else if (told.state === 'cancelled') setStage({ kind: 'cancelled' });
        else if (told.state === 'failed') setFailure(new ApiError(400, told.message));
        else setStage({ kind: 'storing', upload: waited, job: told.job, percent: told.progress });
      }, setFailure);
    }, ASK_MS);
    return () => clearInterval(timer);
  }, [waited, finish]);

  async function store(upload: string, choice: StoreChoice) {
    setFailure(undefined);
    setStage({ kind: 'storing', upload, job: null, percent: 0 });
    undecided.current = null;
    try {
      const { job, result } = await storeUpload(upload, choice);
      if (result !== undefined) await finish(result);
      else setStage({ kind: 'storing', upload, job, percent: 0 });
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <section className={styles.file} aria-label={name}>
      <h3>
        <Icon name="file" size={14} /> <bdi>{name}</bdi>
      </h3>
      {failure !== undefined && <ErrorBox error={failure} />}
      {failure === undefined && kind === 'looking' && <p>{t('import.looking', { name })}</p>}
      {stage.kind === 'preview' && (
        <Decision
          preview={stage.preview}
          onPreview={(preview) => setStage({ kind: 'preview', preview })}
          onFailure={setFailure}
          onStore={(choice) => void store(stage.preview.upload, choice)}
        />
      )}
      {stage.kind === 'storing' && failure === undefined && (
        <div className={styles.progress}>
          <Meter
            percent={stage.percent}
            label={t('import.storing', { n: stage.percent })}
            text={t('import.storing', { n: stage.percent })}
          />
          {stage.job !== null && (
            <Button variant="default" size="xs" onClick={() => void cancelImport(stage.job ?? '').catch(setFailure)}>
              {t('action.cancel')}
            </Button>
          )}
        </div>
      )}
      {stage.kind === 'cancelled' && <p>{t('import.cancelled')}</p>}
      {stage.kind === 'done' && <ImportOutcome stored={stage.stored} />}
      {stage.kind === 'done' && reportFormats.has(stage.stored.format) && (
        <Suspense fallback={<Skeleton height={120} />}>
          {stage.stored.results.map(({ id }) => id !== null && <ImportedReport key={id} eventId={id} />)}
        </Suspense>
      )}
    </section>
  );
}

function Decision(props: {
  readonly preview: ImportPreview;
  readonly onPreview: (preview: ImportPreview) => void;
  readonly onFailure: (error: unknown) => void;
  readonly onStore: (choice: StoreChoice) => void;
}) {
  const t = useT();
  const { preview } = props;
  const { data: types } = useQuery(describeTypesQuery());
  const [csv, setCsv] = useState<CsvPreview | null>(preview.csv);
  const [event, setEvent] = useState('');
  const [reach, setReach] = useState({ distribution: '', sharing_group_id: '0' });
  const [ownReach, setOwnReach] = useState(true);
  const [galaxiesAsTags, setGalaxiesAsTags] = useState(true);

  const reading = (format: string, table: CsvPreview | null) => ({
    format,
    ...(table === null || format !== 'csv'
      ? {}
      : { csv: { columns: table.columns, has_header: table.hasHeader, delimiter: table.delimiter } }),
  });
  const readAgain = (choice: ReadingChoice) => {
    props.onFailure(undefined);
    previewAgain(preview.upload, choice).then((next) => {
      setCsv(next.csv);
      props.onPreview(next);
    }, props.onFailure);
  };
  const isChosen = !ownReach && reach.distribution !== '';
  return (
    <form
      className={styles.decision}
      onSubmit={(submit) => {
        submit.preventDefault();
        props.onStore({
          ...reading(preview.format, csv),
          events: preview.events,
          attributes: preview.attributes,
          galaxies_as_tags: galaxiesAsTags,
          ...(event.trim() === '' ? {} : { event: event.trim() }),
          ...(isChosen ? reach : {}),
        });
      }}
    >
      <ChoiceField
        label={t('import.format')}
        value={preview.format}
        choices={formats.map((name) => ({ value: name, label: t(`import.format.${name}`) }))}
        onChange={(format) => readAgain(reading(format, null))}
      />
      <PreviewFacts preview={preview} />
      {csv !== null && (
        <CsvMapping
          csv={csv}
          types={types?.types ?? []}
          onChange={(next) => {
            setCsv(next);
            readAgain(reading('csv', next));
          }}
          onDelimiter={(delimiter) => readAgain({ format: 'csv', csv: { delimiter } })}
        />
      )}
      <TextField label={t('import.add')} description={t('import.addHelp')} value={event} onChange={setEvent} />
      <CheckField
        label={t('import.reachKept')}
        value={ownReach}
        onChange={(own) => {
          setOwnReach(own);
          if (!own && reach.distribution === '')
            setReach({ distribution: event.trim() === '' ? '0' : '5', sharing_group_id: '0' });
        }}
      />
      {!ownReach && <DistributionField value={reach} onChange={setReach} mayInherit={event.trim() !== ''} />}
      {/^stix/.test(preview.format) && (
        <CheckField label={t('import.galaxies')} value={galaxiesAsTags} onChange={setGalaxiesAsTags} />
      )}
      <div className="form-actions">
        <Button type="submit" disabled={preview.events === 0}>
          {t('import.store')}
        </Button>
      </div>
    </form>
  );
}
