import { Button } from '@mantine/core';
import { useState } from 'react';
import {
  type AnalystEntry,
  type AnalystInput,
  type AnalystKind,
  type AnalystTarget,
  addAnalystData,
  editAnalystData,
} from '../../api/analyst-data.ts';
import { type FoundEntry, findClusters, findEvents } from '../../api/find.ts';
import { relationTypes } from '../../api/references.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { FindField } from '../../components/find-field.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from '../intelligence/distribution-field.tsx';
import { opinionBand } from './opinion.ts';

interface AnalystFormProps {
  readonly kind: AnalystKind;
  readonly about: { readonly type: AnalystTarget; readonly uuid: string };
  /** The entry that is changed; a new one without it. */
  readonly entry?: AnalystEntry | undefined;
  readonly onDone: () => Promise<unknown>;
  readonly onCancel: () => void;
}

const targets = ['Event', 'Attribute', 'Object', 'EventReport', 'GalaxyCluster', 'Note', 'Opinion'] as const;

/** Kinds that can be found by name; of the others the UUID is asked. */
const finders: Readonly<Record<string, (text: string) => Promise<readonly FoundEntry[]>>> = {
  Event: findEvents,
  GalaxyCluster: findClusters,
};

const exampleUuid = '00000000-0000-0000-0000-000000000000';
const exampleLanguage = 'en';

/** Fields of a note, an opinion or a relationship. */
export function AnalystForm({ kind, about, entry, onDone, onCancel }: AnalystFormProps) {
  const t = useT();
  const [values, setValues] = useState({
    note: entry?.note ?? '',
    language: entry?.language ?? '',
    opinion: Number(entry?.opinion ?? 50),
    comment: entry?.comment ?? '',
    relationship_type: entry?.relationship_type ?? 'related-to',
    related_object_uuid: entry?.related_object_uuid ?? '',
    related_object_type: entry?.related_object_type ?? 'Event',
    distribution: entry?.distribution ?? '1',
    sharing_group_id: entry?.sharing_group_id ?? '0',
  });
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const set = (changes: Partial<typeof values>) => setValues((current) => ({ ...current, ...changes }));

  async function save() {
    const sharing = {
      distribution: values.distribution,
      ...(values.distribution === '4' ? { sharing_group_id: values.sharing_group_id } : {}),
    };
    const input: AnalystInput =
      kind === 'Note'
        ? { note: values.note, language: values.language, ...sharing }
        : kind === 'Opinion'
          ? { opinion: values.opinion, comment: values.comment, ...sharing }
          : {
              relationship_type: values.relationship_type,
              related_object_uuid: values.related_object_uuid.trim(),
              related_object_type: values.related_object_type,
              ...sharing,
            };
    setBusy(true);
    setFailure(undefined);
    try {
      await (entry === undefined ? addAnalystData(kind, about, input) : editAnalystData(kind, entry.uuid, input));
      await onDone();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  const isEmpty =
    (kind === 'Note' && values.note.trim() === '') ||
    (kind === 'Relationship' && values.related_object_uuid.trim() === '');
  return (
    <form
      className="form panel-box"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isEmpty) void save();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {kind === 'Note' && (
        <>
          <TextField
            label={t('notes.note')}
            value={values.note}
            onChange={(note) => set({ note })}
            rows={4}
            autoFocus
            required
          />
          <TextField
            label={t('notes.language')}
            value={values.language}
            onChange={(language) => set({ language })}
            placeholder={exampleLanguage}
          />
        </>
      )}
      {kind === 'Opinion' && (
        <>
          <div>
            <div>{t('notes.opinionValue', { n: values.opinion, band: t(opinionBand(values.opinion)) })}</div>
            <input
              type="range"
              min={0}
              max={100}
              value={values.opinion}
              aria-label={t('notes.opinionLabel')}
              aria-valuetext={t('notes.opinionValue', { n: values.opinion, band: t(opinionBand(values.opinion)) })}
              style={{ width: '100%', height: 24, accentColor: 'var(--accent)' }}
              onChange={(event) => set({ opinion: Number(event.currentTarget.value) })}
            />
          </div>
          <TextField
            label={t('attribute.comment')}
            value={values.comment}
            onChange={(comment) => set({ comment })}
            rows={2}
          />
        </>
      )}
      {kind === 'Relationship' && (
        <>
          <TextField
            label={t('notes.relation')}
            value={values.relationship_type}
            onChange={(relationship_type) => set({ relationship_type })}
            suggestions={relationTypes}
            autoFocus
          />
          <ChoiceField
            label={t('notes.targetType')}
            value={values.related_object_type}
            choices={targets.map((name) => ({ value: name, label: name }))}
            onChange={(related_object_type) => set({ related_object_type, related_object_uuid: '' })}
          />
          {finders[values.related_object_type] !== undefined ? (
            <FindField
              key={values.related_object_type}
              label={t('field.name')}
              kind={values.related_object_type}
              find={finders[values.related_object_type] ?? findEvents}
              value={values.related_object_uuid}
              onChange={(related_object_uuid) => set({ related_object_uuid })}
              required
            />
          ) : (
            <TextField
              label={t('notes.targetUuid')}
              value={values.related_object_uuid}
              onChange={(related_object_uuid) => set({ related_object_uuid })}
              placeholder={exampleUuid}
              mono
              required
            />
          )}
        </>
      )}
      <DistributionField value={values} mayInherit={false} onChange={set} />
      {failure !== undefined && <ErrorBox error={failure} />}
      <div className="form-actions">
        <Button variant="default" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={isEmpty}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}
