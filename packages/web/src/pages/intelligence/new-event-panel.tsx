import { Button, Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { addEvent, tagEvent } from '../../api/events.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { isSettingOn, settingText } from '../../api/setting-text.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useDraft } from '../../components/use-draft.ts';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import { DistributionField } from './distribution-field.tsx';

const tlpTags = ['tlp:clear', 'tlp:green', 'tlp:amber', 'tlp:amber+strict', 'tlp:red'];

/** Today as the person at the screen counts days. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** The form for a new event, over whatever page is open. */
export function NewEventPanel({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const session = useSession();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const paste = useRef(false);
  const [{ extends: extendsUuid }] = useSearchState();
  const preset = session.settings['MISP.default_event_distribution'];
  const [draft, keepDraft, dropDraft] = useDraft('new event', {
    info: '',
    date: today(),
    distribution: typeof preset === 'string' || typeof preset === 'number' ? String(preset) : '1',
    sharing_group_id: '0',
    threat_level_id: settingText(session, 'MISP.default_event_threat_level') || '4',
    analysis: '0',
    tlp: '',
  });
  const form = useForm({
    initial: draft,
    check: ({ info }) => (info.trim() === '' ? { info: t('form.required') } : {}),
    async save({ tlp, ...event }) {
      const { Event: saved } = await addEvent(
        extendsUuid === undefined ? event : { ...event, extends_uuid: extendsUuid },
      );
      dropDraft();
      void client.invalidateQueries({ queryKey: ['events'] });
      // The event is there by now: a refused tag is told, and does not undo it.
      if (tlp !== '') await tagEvent(saved.id, tlp, false).catch(toasts.failure);
      await go(`${paths.event(saved.id)}?panel=${paste.current ? 'paste' : ''}`);
    },
  });
  const submit = (thenPaste: boolean) => {
    paste.current = thenPaste;
    void form.submit();
  };
  const { values, set, errorOf } = form;
  const reason = hasRight(session, 'perm_add') ? undefined : t('reason.right', { right: 'perm_add' });
  // Closing the panel must not lose what was typed.
  const close = () => {
    keepDraft(values);
    onClose();
  };

  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={460}
      title={t('new.event')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit(false);
        }}
      >
        <TextField
          label={t('event.info')}
          value={values.info}
          onChange={(value) => set('info', value)}
          error={errorOf('info')}
          rows={2}
          required
          autoFocus
        />
        <div className="form-row">
          <TextField
            label={t('event.date')}
            type="date"
            value={values.date}
            onChange={(value) => set('date', value)}
            error={errorOf('date')}
          />
          <DistributionField
            value={values}
            mayInherit={false}
            error={errorOf('distribution') ?? errorOf('sharing_group_id')}
            onChange={(sharing) => form.setAll({ ...values, ...sharing })}
          />
        </div>
        <div className="form-row">
          {!isSettingOn(session, 'MISP.disable_threat_level') && (
            <ChoiceField
              label={t('event.threat')}
              value={values.threat_level_id}
              choices={(['1', '2', '3', '4'] as const).map((value) => ({ value, label: t(`threat.${value}`) }))}
              onChange={(value) => set('threat_level_id', value)}
            />
          )}
          <ChoiceField
            label={t('event.analysis')}
            value={values.analysis}
            choices={(['0', '1', '2'] as const).map((value) => ({ value, label: t(`analysis.${value}`) }))}
            onChange={(value) => set('analysis', value)}
          />
        </div>
        <ChoiceField
          label={t('event.tlp')}
          value={values.tlp}
          disabled={!hasRight(session, 'perm_tagger')}
          choices={[
            { value: '', label: t('tag.noTlp') },
            ...tlpTags.map((name) => ({ value: name, label: name.toUpperCase() })),
          ]}
          onChange={(value) => set('tlp', value)}
        />
        {form.failure !== undefined && <ErrorBox error={form.failure} />}
        {reason !== undefined && <p className="muted">{reason}</p>}
        <div className="form-actions">
          <Button variant="default" disabled={reason !== undefined} onClick={() => submit(true)} loading={form.busy}>
            {t('event.savePaste')}
          </Button>
          <Button type="submit" disabled={reason !== undefined} loading={form.busy}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
