import { Button, Drawer, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { objectTemplateQuery, objectTemplatesQuery } from '../../api/attributes.ts';
import type { EventHeader, ObjectTemplate } from '../../api/wire.ts';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ObjectForm } from './object-form.tsx';
import styles from './object-panel.module.css';
import { findTemplates, recentTemplates, rememberTemplate } from './template-search.ts';
import type { EventActions } from './use-event-actions.ts';

interface ObjectPanelProps {
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly onClose: () => void;
}

function TemplateSearch(props: { readonly onPick: (id: string) => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const { data: templates, error } = useQuery(objectTemplatesQuery());
  const found = useMemo(() => findTemplates(templates ?? [], text, recentTemplates()), [templates, text]);
  function pick(template: ObjectTemplate) {
    rememberTemplate(template.uuid);
    props.onPick(template.id);
  }

  return (
    <>
      <TextInput
        data-autofocus
        value={text}
        aria-label={t('object.searchTemplate')}
        placeholder={t('object.searchTemplate')}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key !== 'Enter' || event.nativeEvent.isComposing || first === undefined) return;
          event.preventDefault();
          pick(first);
        }}
      />
      {error !== null && <ErrorBox error={error} />}
      {templates === undefined && error === null && <Skeleton height={200} />}
      <ul className={styles.templates}>
        {found.slice(0, 80).map((template) => (
          <li key={template.id}>
            <button type="button" onClick={() => pick(template)}>
              <strong>{template.name}</strong> <span className="muted">{template['meta-category']}</span>
              <div className="muted">{template.description}</div>
            </button>
          </li>
        ))}
      </ul>
      {templates !== undefined && found.length === 0 && <p className="muted">{t('object.noTemplate')}</p>}
    </>
  );
}

/** Adding an object: find a template, fill its fields. */
export function ObjectPanel({ event, actions, onClose }: ObjectPanelProps) {
  const t = useT();
  const [templateId, setTemplateId] = useState('');
  const { data: view, error } = useQuery(objectTemplateQuery(templateId));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={560}
      title={
        view === undefined || templateId === ''
          ? t('object.add')
          : t('object.addNamed', { name: view.ObjectTemplate.name })
      }
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {templateId === '' && <TemplateSearch onPick={setTemplateId} />}
      {templateId !== '' && (
        <Button variant="subtle" onClick={() => setTemplateId('')}>
          {t('object.otherTemplate')}
        </Button>
      )}
      {error !== null && <ErrorBox error={error} />}
      {templateId !== '' && view !== undefined && (
        <ObjectForm key={templateId} view={view} event={event} actions={actions} onClose={onClose} />
      )}
    </Drawer>
  );
}
