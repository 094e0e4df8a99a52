import { Button, Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { type ImportResult, importDocument } from '../../api/events.ts';
import { DropZone } from '../../components/drop-zone.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './import-panel.module.css';

interface FileOutcome {
  readonly name: string;
  readonly results: ImportResult['results'];
  readonly error?: unknown;
}

type EventOutcome = ImportResult['results'][number];

const knownActions = ['created', 'updated', 'unchanged', 'refused'] as const;

function EventLine({ event }: { readonly event: EventOutcome }) {
  const t = useT();
  const action = knownActions.find((name) => name === event.action);
  return (
    <li className={styles.event} data-action={event.action}>
      <div className={styles.line}>
        <strong>{action === undefined ? event.action : t(`import.${action}`)}</strong>
        {event.id === null ? <bdi>{event.info}</bdi> : <AppLink to={paths.event(event.id)}>{event.info}</AppLink>}
      </div>
      {event.rejected.length > 0 && (
        <details open={event.rejected.length <= 10}>
          <summary>{t('import.rejected', { n: event.rejected.length })}</summary>
          <ul>
            {event.rejected.slice(0, 500).map((entry) => (
              <li key={`${entry.path} ${entry.reason}`}>
                <bdi className="mono">{entry.path}</bdi>: {entry.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

/** Importing MISP JSON files: one after another, with what became of every event in them. */
export function ImportPanel({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [outcomes, setOutcomes] = useState<readonly FileOutcome[]>([]);
  const [waiting, setWaiting] = useState<readonly string[]>([]);

  async function importFile(file: File): Promise<FileOutcome> {
    try {
      const document: unknown = JSON.parse(await file.text());
      return { name: file.name, results: (await importDocument(document)).results };
    } catch (error) {
      const shown = error instanceof SyntaxError ? new ApiError(400, t('import.notJson'), {}, undefined, error) : error;
      return { name: file.name, results: [], error: shown };
    }
  }

  async function importFiles(files: readonly File[]) {
    setWaiting((current) => [...current, ...files.map((file) => file.name)]);
    for (const file of files) {
      const outcome = await importFile(file);
      setOutcomes((current) => [...current, outcome]);
      setWaiting((current) => current.slice(1));
    }
    await client.invalidateQueries({ queryKey: ['events'] });
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={620}
      title={t('new.import')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className="form">
        <DropZone
          label={t('import.choose')}
          accept=".json,application/json"
          onFiles={(files) => void importFiles(files)}
        />
        <div aria-live="polite">
          {waiting.length > 0 && <p>{t('import.running', { name: waiting[0] ?? '', n: waiting.length })}</p>}
          {outcomes.map((outcome) => (
            <section key={outcome.name} className={styles.file}>
              <h3>
                <Icon name="file" size={14} /> <bdi>{outcome.name}</bdi>
              </h3>
              {outcome.error !== undefined && <ErrorBox error={outcome.error} />}
              <ul className={styles.events}>
                {outcome.results.map((event) => (
                  <EventLine key={event.uuid} event={event} />
                ))}
              </ul>
            </section>
          ))}
        </div>
        <div className="form-actions">
          <Button
            variant={outcomes.length === 0 ? 'default' : 'filled'}
            onClick={onClose}
            disabled={waiting.length > 0}
          >
            {t('action.close')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
