import { Button, Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ImportInput, type Module, type ModuleResults, modulesQuery, previewImport } from '../../api/modules.ts';
import { DropZone } from '../../components/drop-zone.tsx';
import { CheckField, ChoiceField, TextField } from '../../components/fields.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ModuleResultsReview } from './module-results.tsx';
import styles from './modules.module.css';
import { NoModules } from './no-modules.tsx';

interface ModuleImportProps {
  readonly eventId: string;
  readonly onStored: () => Promise<void>;
  readonly onClose: () => void;
}

/** Filling an event by an import module: its options, a file or text, a look at what it gives, then storing. */
export function ModuleImportPanel({ eventId, onStored, onClose }: ModuleImportProps) {
  const t = useT();
  const toasts = useToasts();
  const { data: list, error } = useQuery(modulesQuery('import'));
  const [name, setName] = useState('');
  const [results, setResults] = useState<ModuleResults>();
  const module = list?.modules.find((one) => one.name === name);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(900px, 92vw)"
      title={t('module.import')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={styles.review}>
        {error !== null && <ErrorBox error={error} />}
        {list === undefined && error === null && <Skeleton height={80} />}
        {list?.message != null && <NoModules message={list.message} />}
        {list?.reachable === true && list.modules.length === 0 && <NoModules />}
        {list !== undefined && list.modules.length > 0 && (
          <ChoiceField
            label={t('module.module')}
            description={module?.description.slice(0, 400)}
            value={name}
            choices={[{ value: '', label: '' }, ...list.modules.map((one) => ({ value: one.name, label: one.name }))]}
            onChange={(chosen) => {
              setName(chosen);
              setResults(undefined);
            }}
          />
        )}
        {module !== undefined && (
          <ImportForm key={module.name} module={module} eventId={eventId} onResults={setResults} />
        )}
        {results !== undefined && (
          <ModuleResultsReview
            key={JSON.stringify(results).length}
            eventId={eventId}
            results={results}
            onStored={async (message) => {
              toasts.success(message);
              await onStored();
              onClose();
            }}
          />
        )}
      </div>
    </Drawer>
  );
}

function ImportForm(props: {
  readonly module: Module;
  readonly eventId: string;
  readonly onResults: (results: ModuleResults | undefined) => void;
}) {
  const t = useT();
  const { module, eventId, onResults } = props;
  const takesFile = module.inputSources.includes('file');
  const takesText = module.inputSources.includes('paste');
  const [config, setConfig] = useState<Readonly<Record<string, string>>>({});
  const [paste, setPaste] = useState('');
  const [file, setFile] = useState<File>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const isReady = module.inputSources.length === 0 || file !== undefined || paste.trim() !== '';

  async function look() {
    setBusy(true);
    setFailure(undefined);
    onResults(undefined);
    try {
      const sent: ImportInput =
        file === undefined ? { config, ...(takesText ? { paste } : {}) } : { config, ...(await readBase64(file)) };
      onResults(await previewImport(module.name, eventId, sent));
    } catch (cause) {
      setFailure(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="form"
      onSubmit={(submit) => {
        submit.preventDefault();
        void look();
      }}
    >
      {module.userOptions.map((option) => {
        const value = config[option.name] ?? '';
        const set = (next: string) => setConfig({ ...config, [option.name]: next });
        const label = option.name;
        const description = option.message;
        if (option.type === 'Boolean') {
          return (
            <CheckField
              key={option.name}
              label={label}
              description={description}
              value={value === '1'}
              onChange={(on) => set(on ? '1' : '0')}
            />
          );
        }
        if (option.type === 'Select') {
          return (
            <ChoiceField
              key={option.name}
              label={label}
              description={description}
              value={value}
              choices={[
                { value: '', label: '' },
                ...option.choices.map((choice, place) => ({ value: String(place), label: choice })),
              ]}
              onChange={set}
            />
          );
        }
        return <TextField key={option.name} label={label} description={description} value={value} onChange={set} />;
      })}
      {takesFile && (
        <>
          <DropZone label={t('module.file')} onFiles={([first]) => setFile(first)} />
          {file !== undefined && <bdi>{file.name}</bdi>}
        </>
      )}
      {takesText && file === undefined && (
        <TextField label={t('paste.text')} value={paste} onChange={setPaste} rows={6} mono />
      )}
      {failure !== undefined && <ErrorBox error={failure} />}
      <div className="form-actions">
        <Button type="submit" loading={busy} disabled={!isReady}>
          {t('module.read')}
        </Button>
      </div>
    </form>
  );
}

function readBase64(file: File): Promise<{ data: string; filename: string }> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => reject(reader.error ?? new Error(file.name)));
    reader.addEventListener('load', () => {
      const text = String(reader.result);
      resolve({ data: text.slice(text.indexOf(',') + 1), filename: file.name });
    });
    reader.readAsDataURL(file);
  });
}
