import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { rowsQuery } from '../../api/rows.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { ChoiceField, SwitchField, TextField } from '../../components/fields.tsx';
import { formatBytes } from '../../components/read-file.ts';
import { ErrorBox } from '../../components/states.tsx';
import '../../components/list-parts.css';
import { useT } from '../../i18n/i18n.tsx';
import { downloadExport, previewExport } from './run-export.ts';

interface Format {
  readonly name: string;
  readonly extension: string;
  /** Takes only what is meant for detection and published, unless told otherwise. */
  readonly restrictive: boolean;
}

/** Names of formats, which are the same in every language; any other by the name that the API gives it. */
const formatNames: Readonly<Record<string, string>> = {
  json: 'MISP JSON',
  xml: 'MISP XML',
  csv: 'CSV',
  text: 'TXT',
  openioc: 'OpenIOC 1.1',
  stix: 'STIX 1',
  'stix-xml': 'STIX 1 XML',
  'stix-json': 'STIX 1 JSON',
  stix2: 'STIX 2',
  suricata: 'Suricata',
  snort: 'Snort',
  bro: 'Zeek',
  rpz: 'RPZ',
  yara: 'YARA',
  'yara-json': 'YARA JSON',
  sigma: 'Sigma',
  kunai: 'Kunai',
  netfilter: 'Netfilter',
  hosts: 'hosts',
  xlsx: 'Excel (xlsx)',
  pdf: 'PDF',
};

const filterFields = ['value', 'type', 'tags', 'org', 'eventid', 'last'] as const;
type FilterName = (typeof filterFields)[number];

/** Exports what a search finds in any format that the instance writes. */
export function Page() {
  const t = useT();
  usePageTitle(t('export.title'));
  const formats = useQuery(rowsQuery<Format>('exportFormats', '/ui/exportFormats.json')).data ?? [];
  const [format, setFormat] = useState('json');
  const [filters, setFilters] = useState<Readonly<Partial<Record<FilterName, string>>>>({});
  const [onlyPublished, setOnlyPublished] = useState(true);
  const [onlyDetection, setOnlyDetection] = useState(false);
  const [preview, setPreview] = useState<{ readonly text: string | undefined }>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<'preview' | 'download'>();
  const [received, setReceived] = useState(0);
  const running = useRef<AbortController>(undefined);
  const chosen = formats.find((one) => one.name === format);
  const body = {
    returnFormat: format,
    ...Object.fromEntries(
      Object.entries(filters).flatMap(([name, text]) => {
        const parts = text.split(/[\n,]+/).map((part) => part.trim());
        const given = parts.filter((part) => part !== '');
        return given.length === 0 ? [] : [[name, given.length === 1 ? given[0] : given]];
      }),
    ),
    ...(onlyPublished ? { published: 1 } : {}),
    ...(onlyDetection ? { to_ids: 1 } : {}),
  };
  async function run(what: 'preview' | 'download') {
    const control = new AbortController();
    running.current = control;
    setBusy(what);
    setReceived(0);
    setFailure(undefined);
    try {
      if (what === 'preview') setPreview({ text: await previewExport(body) });
      else
        await downloadExport(body, `magpie-export.${chosen?.extension ?? 'txt'}`, control.signal, (bytes) =>
          // Millions of rows come in a hundred thousand pieces.
          setReceived((shown) => (bytes > shown * 1.02 ? bytes : shown)),
        );
    } catch (error) {
      if (!control.signal.aborted) setFailure(error);
    } finally {
      setBusy(undefined);
    }
  }
  return (
    <div className="page" style={{ maxWidth: 900 }}>
      <div className="page-head">
        <h1>{t('export.title')}</h1>
      </div>
      <form
        className="form"
        style={{ maxWidth: 'none' }}
        onSubmit={(event) => {
          event.preventDefault();
          void run('download');
        }}
      >
        <div className="form-row">
          <ChoiceField
            label={t('feed.format')}
            value={format}
            choices={formats.map((one) => ({ value: one.name, label: formatNames[one.name] ?? one.name }))}
            onChange={(value) => {
              setFormat(value);
              setPreview(undefined);
            }}
            description={chosen?.restrictive === true ? t('export.restrictive') : undefined}
          />
          {filterFields.slice(1).map((name) => (
            <TextField
              key={name}
              label={t(`exportBy.${name}`)}
              value={filters[name] ?? ''}
              onChange={(value) => setFilters((all) => ({ ...all, [name]: value }))}
            />
          ))}
        </div>
        <TextField
          label={t('exportBy.value')}
          description={t('export.valuesHelp')}
          rows={2}
          mono
          value={filters.value ?? ''}
          onChange={(value) => setFilters((all) => ({ ...all, value }))}
        />
        <SwitchField label={t('export.onlyPublished')} value={onlyPublished} onChange={setOnlyPublished} />
        <SwitchField label={t('export.onlyDetection')} value={onlyDetection} onChange={setOnlyDetection} />
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions" style={{ justifyContent: 'flex-start' }}>
          <Button type="submit" loading={busy === 'download'}>
            {t('event.download')}
          </Button>
          <Button variant="default" loading={busy === 'preview'} onClick={() => void run('preview')}>
            {t('export.preview')}
          </Button>
          {busy === 'download' && (
            <>
              <Button variant="default" onClick={() => running.current?.abort()}>
                {t('action.cancel')}
              </Button>
              <span className="count">
                {t('export.received', { size: formatBytes(received, document.documentElement.lang) })}
              </span>
            </>
          )}
        </div>
      </form>
      {preview !== undefined && preview.text === undefined && <p className="muted">{t('export.noPreview')}</p>}
      {preview?.text !== undefined && (
        <pre className="code-block">{preview.text === '' ? t('export.empty') : preview.text}</pre>
      )}
      <details>
        <summary>{t('export.asQuery')}</summary>
        <pre className="code-block">{`POST /events/restSearch\n${JSON.stringify(body, null, 2)}`}</pre>
      </details>
    </div>
  );
}
