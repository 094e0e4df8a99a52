import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { tagEvent, untagEvent } from '../../api/events.ts';
import { canEditEvent, canPublishEvent, canTagEvent, useSession } from '../../api/session.tsx';
import { isSettingOn } from '../../api/setting-text.ts';
import type { EventHeader as EventHead, Tag } from '../../api/wire.ts';
import { useKeys } from '../../app/keys.ts';
import { AnalysisText, DistributionBadge, PublishBadge, ThreatBadge } from '../../components/badges.tsx';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { InlineEdit } from '../../components/inline-edit.tsx';
import { hasTlp, MissingTlp, TagChip } from '../../components/tag-chip.tsx';
import { TagPicker } from '../../components/tag-picker.tsx';
import { Moment } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { useT } from '../../i18n/i18n.tsx';
import { Audience } from './audience.tsx';
import { DistributionField } from './distribution-field.tsx';
import { EventClusters } from './event-clusters.tsx';
import type { EventForm } from './event-forms.tsx';
import styles from './event-header.module.css';
import { EventNotices } from './event-notices.tsx';
import type { EventActions } from './use-event-actions.ts';
import { useEventMenu } from './use-event-menu.ts';

const EventForms = lazy(() => import('./event-forms.tsx').then((module) => ({ default: module.EventForms })));
const EventMenu = lazy(() => import('./event-menu.tsx').then((module) => ({ default: module.EventMenu })));
const DownloadMenu = lazy(() => import('./event-menu.tsx').then((module) => ({ default: module.DownloadMenu })));
const EventDialogs = lazy(() => import('./event-dialogs.tsx').then((module) => ({ default: module.EventDialogs })));

interface EventHeaderProps {
  readonly event: EventHead;
  readonly actions: EventActions;
}

function EventFacts({ event, actions }: EventHeaderProps) {
  const t = useT();
  const [all, setAll] = useState(false);
  const copy = useCopy();
  const session = useSession();
  const reason = canEditEvent(session, event) ? undefined : t('reason.edit');
  return (
    <div className={styles.facts} data-all={all}>
      <PublishBadge published={event.published} publishTimestamp={event.publish_timestamp} />
      <InlineEdit
        label={t('event.distribution')}
        value={{ distribution: event.distribution, sharing_group_id: event.sharing_group_id }}
        disabledReason={reason}
        width={320}
        save={(sharing) => actions.changeEvent(sharing)}
        editor={(value, onChange) => (
          <>
            <DistributionField value={value} onChange={onChange} mayInherit={false} />
            <div className="muted">
              <Audience item={{ ...event, ...value }} />
            </div>
          </>
        )}
      >
        <DistributionBadge distribution={event.distribution} group={event.SharingGroup?.name} />
      </InlineEdit>
      {!isSettingOn(session, 'MISP.disable_threat_level') && (
        <InlineEdit
          label={t('event.threat')}
          value={event.threat_level_id}
          disabledReason={reason}
          save={(threat_level_id) => actions.changeEvent({ threat_level_id })}
          editor={(value, onChange) => (
            <ChoiceField
              label={t('event.threat')}
              value={value}
              onChange={onChange}
              choices={(['1', '2', '3', '4'] as const).map((level) => ({ value: level, label: t(`threat.${level}`) }))}
            />
          )}
        >
          <ThreatBadge level={event.threat_level_id} />
        </InlineEdit>
      )}
      <div className={styles.more}>
        <InlineEdit
          label={t('event.analysis')}
          value={event.analysis}
          disabledReason={reason}
          save={(analysis) => actions.changeEvent({ analysis })}
          editor={(value, onChange) => (
            <ChoiceField
              label={t('event.analysis')}
              value={value}
              onChange={onChange}
              choices={(['0', '1', '2'] as const).map((stage) => ({ value: stage, label: t(`analysis.${stage}`) }))}
            />
          )}
        >
          <AnalysisText stage={event.analysis} />
        </InlineEdit>
        <InlineEdit
          label={t('event.date')}
          value={event.date}
          disabledReason={reason}
          save={(date) => actions.changeEvent({ date })}
          editor={(value, onChange) => (
            <TextField label={t('event.date')} type="date" value={value} onChange={onChange} />
          )}
        >
          <span className="mono">{event.date}</span>
        </InlineEdit>
        <span>
          <Icon name="organisation" size={14} /> <bdi>{event.Orgc?.name}</bdi>
        </span>
        <span className="muted">
          {t('event.changed')} <Moment epoch={event.timestamp} />
        </span>
        <button type="button" className="copy-id mono" title={t('copy.uuid')} onClick={() => copy([event.uuid], false)}>
          #{event.id} · {event.uuid.slice(0, 8)}…
          <Icon name="copy" size={12} />
        </button>
      </div>
      <button
        type="button"
        className={`text-button muted ${styles.unfold}`}
        aria-expanded={all}
        onClick={() => setAll(!all)}
      >
        {t(all ? 'event.fewerFacts' : 'event.moreFacts')}
      </button>
    </div>
  );
}

/** More than this is folded, so that the indicators stay on screen. */
const shownTags = 10;

function EventTags({ event, actions }: EventHeaderProps) {
  const t = useT();
  const [all, setAll] = useState(false);
  const toasts = useToasts();
  const mayTag = canTagEvent(useSession(), event);
  const tags = event.Tag ?? [];

  const add = (name: string, local: boolean) => tagEvent(event.id, name, local).then(actions.refresh, toasts.failure);
  const remove = (tag: Tag) =>
    untagEvent(event.id, tag.id).then(async () => {
      await actions.refresh();
      toasts.success(t('tag.removed', { name: tag.name }), () => void add(tag.name, tag.local === true));
    }, toasts.failure);

  return (
    <div className={styles.tags} id="event-tags">
      {!hasTlp(tags) && <MissingTlp />}
      {(all ? tags : tags.slice(0, shownTags)).map((tag) => (
        <TagChip key={`${tag.id}-${tag.local}`} tag={tag} onRemove={mayTag ? () => void remove(tag) : undefined} />
      ))}
      {tags.length > shownTags && (
        <Button variant="subtle" size="compact-xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('tag.fewer') : t('tag.showMore', { n: tags.length - shownTags })}
        </Button>
      )}
      <TagPicker
        compact
        label={t('tag.add')}
        disabledReason={mayTag ? undefined : t('reason.tag')}
        onPick={(name, local) => void add(name, local)}
      />
    </div>
  );
}

/** The head of the event page: everything about the event itself, edited in place. */
export function EventHeader({ event, actions }: EventHeaderProps) {
  const t = useT();
  const session = useSession();
  const [dialog, setDialog] = useState<'publish' | 'unpublish' | 'delete'>();
  const mayEdit = canEditEvent(session, event);
  const mayPublish = canPublishEvent(session, event);
  const publishAction = event.published ? 'unpublish' : 'publish';
  const mayToggle = event.published ? mayEdit : mayPublish;
  const [form, setForm] = useState<EventForm>();
  const menu = useEventMenu(event, actions, setForm);

  useKeys({
    p: () => mayToggle && setDialog(publishAction),
    t: () => document.querySelector<HTMLElement>('#event-tags [data-tag-picker]')?.click(),
  });

  return (
    <div className={styles.head}>
      <div className={styles.title}>
        <h1>
          <InlineEdit
            label={t('event.info')}
            value={event.info}
            disabledReason={mayEdit ? undefined : t('reason.edit')}
            width={560}
            save={(info) => actions.changeEvent({ info })}
            editor={(value, onChange) => (
              <TextField label={t('event.info')} value={value} onChange={onChange} rows={2} autoFocus />
            )}
          >
            <bdi className={styles.info} title={event.info}>
              {event.info}
            </bdi>
          </InlineEdit>
        </h1>
        <div className={`narrow-icons ${styles.actions}`}>
          <Button
            leftSection={<Icon name={event.published ? 'unpublish' : 'publish'} />}
            variant={event.published ? 'default' : 'filled'}
            disabled={!mayToggle}
            title={mayToggle ? undefined : t('reason.publish')}
            onClick={() => setDialog(publishAction)}
          >
            {t(event.published ? 'event.unpublish' : 'event.publish')}
          </Button>
          <Suspense
            fallback={
              <Button variant="default" leftSection={<Icon name="download" />} disabled>
                {t('event.download')}
              </Button>
            }
          >
            <DownloadMenu eventId={event.id} />
            <EventMenu actions={menu} />
          </Suspense>
          <Button
            variant="default"
            color="danger"
            disabled={!mayEdit}
            title={mayEdit ? undefined : t('reason.edit')}
            leftSection={<Icon name="trash" />}
            onClick={() => setDialog('delete')}
          >
            {t('action.delete')}
          </Button>
        </div>
      </div>
      <EventFacts event={event} actions={actions} />
      <EventTags event={event} actions={actions} />
      <EventNotices event={event} />
      <EventClusters event={event} />
      {form !== undefined && (
        <Suspense>
          <EventForms form={form} event={event} actions={actions} onClose={() => setForm(undefined)} />
        </Suspense>
      )}
      {dialog !== undefined && (
        <Suspense>
          <EventDialogs event={event} actions={actions} open={dialog} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
