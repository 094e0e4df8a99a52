import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { editAttribute, tagAttribute } from '../../api/attributes.ts';
import type { EventRow } from '../../api/event-rows.ts';
import type { EventHeader } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { TagPicker } from '../../components/tag-picker.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import type { EventActions } from './use-event-actions.ts';

const EnrichPanel = lazy(() =>
  import('../modules/enrich-panel.tsx').then((module) => ({ default: module.EnrichPanel })),
);

interface RowBulkBarProps {
  readonly rows: readonly EventRow[];
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly mayEdit: boolean;
  readonly mayTag: boolean;
  readonly onRemove: () => void;
  readonly onClear: () => void;
}

/** What can be done with the selected attributes and objects. */
export function RowBulkBar(props: RowBulkBarProps) {
  const t = useT();
  const toasts = useToasts();
  const copy = useCopy();
  const { rows, actions, mayEdit, mayTag } = props;
  const [enriched, setEnriched] = useState<EventRow>();
  if (rows.length === 0) return null;
  const attributes = rows.flatMap((row) => (row.kind === 'attribute' ? [row] : []));
  const values = attributes.map((row) => row.value);

  async function forEach(action: (id: string) => Promise<unknown>) {
    let done = 0;
    for (const { id } of attributes) {
      try {
        await action(id);
        done += 1;
      } catch (error) {
        toasts.failure(error);
      }
    }
    await actions.refresh();
    if (done > 0) toasts.success(t('bulk.changed', { n: done }));
  }

  return (
    <section className="bulk-bar" aria-label={t('bulk.label')}>
      <strong>{t('bulk.selected', { n: rows.length })}</strong>
      <Button
        variant="default"
        leftSection={<Icon name="copy" />}
        disabled={values.length === 0}
        onClick={() => copy(values, false)}
      >
        {t('copy.value')}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="copy" />}
        disabled={values.length === 0}
        onClick={() => copy(values, true)}
      >
        {t('copy.defanged')}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="shield" filled />}
        disabled={!mayEdit || attributes.length === 0}
        onClick={() => void forEach((id) => editAttribute(id, { to_ids: true }))}
      >
        {t('bulk.idsOn')}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="shield" />}
        disabled={!mayEdit || attributes.length === 0}
        onClick={() => void forEach((id) => editAttribute(id, { to_ids: false }))}
      >
        {t('bulk.idsOff')}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="search" />}
        disabled={rows.length !== 1}
        title={rows.length === 1 ? undefined : t('module.one')}
        onClick={() => setEnriched(rows[0])}
      >
        {t('module.enrich')}
      </Button>
      <TagPicker
        label={t('tag.add')}
        disabledReason={mayTag ? undefined : t('reason.tag')}
        onPick={(name, local) => void forEach((id) => tagAttribute(id, name, local))}
      />
      <Button
        variant="default"
        color="danger"
        leftSection={<Icon name="trash" />}
        disabled={!mayEdit}
        onClick={props.onRemove}
      >
        {t('action.delete')}
      </Button>
      {enriched !== undefined && (
        <Suspense>
          <EnrichPanel
            row={enriched}
            eventId={props.event.id}
            mayEdit={mayEdit}
            onStored={actions.refresh}
            onClose={() => setEnriched(undefined)}
          />
        </Suspense>
      )}
      <span style={{ flex: 1 }} />
      <Button variant="subtle" onClick={props.onClear}>
        {t('bulk.clear')}
      </Button>
    </section>
  );
}
