import { Button, Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { organisationsQuery } from '../../api/administration.ts';
import {
  addEventKey,
  contactReporter,
  deleteEventKey,
  mergeInto,
  protectEvent,
  requestDelegation,
  setExtends,
} from '../../api/event-actions.ts';
import { eventQuery } from '../../api/events.ts';
import type { EventHeader } from '../../api/wire.ts';
import { CheckField, TextField } from '../../components/fields.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from './distribution-field.tsx';
import type { EventActions } from './use-event-actions.ts';

/** The dialogs that the menu of an event opens. */
export type EventForm = 'contact' | 'merge' | 'delegate' | 'keys' | 'extends';

/** How an event is named: by its id, or by its UUID. */
const eventName = /^([1-9]\d{0,15}|[0-9a-f]{8}-[0-9a-f-]{27})$/i;

interface EventFormsProps {
  readonly form: EventForm;
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly onClose: () => void;
}

interface DialogProps {
  readonly title: string;
  readonly submit: string;
  readonly disabled?: boolean;
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function FormDialog({ title, submit, disabled, onSubmit, onClose, children }: DialogProps) {
  const t = useT();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          setFailure(undefined);
          onSubmit()
            .catch(setFailure)
            .finally(() => setBusy(false));
        }}
      >
        {children}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={disabled === true}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The forms behind an event's menu. */
export function EventForms(props: EventFormsProps) {
  switch (props.form) {
    case 'contact':
      return <Contact {...props} />;
    case 'merge':
      return <Merge {...props} />;
    case 'delegate':
      return <Delegate {...props} />;
    case 'keys':
      return <Keys {...props} />;
    case 'extends':
      return <Extends {...props} />;
  }
}

function Contact({ event, onClose }: EventFormsProps) {
  const t = useT();
  const toasts = useToasts();
  const [message, setMessage] = useState('');
  const [onlyUser, setOnlyUser] = useState(false);
  return (
    <FormDialog
      title={t('contact.title', { organisation: event.Orgc?.name ?? '' })}
      submit={t('contact.send')}
      disabled={message.trim() === ''}
      onClose={onClose}
      onSubmit={async () => {
        await contactReporter(event.id, message, onlyUser);
        toasts.success(t('contact.sent'));
        onClose();
      }}
    >
      <TextField label={t('contact.message')} value={message} onChange={setMessage} rows={6} autoFocus required />
      <CheckField label={t('contact.onlyUser')} value={onlyUser} onChange={setOnlyUser} />
    </FormDialog>
  );
}

function Merge({ event, actions, onClose }: EventFormsProps) {
  const t = useT();
  const toasts = useToasts();
  const [source, setSource] = useState('');
  const wanted = eventName.test(source.trim()) ? source.trim() : '';
  const { data: found, error } = useQuery({ ...eventQuery(wanted), enabled: wanted !== '', retry: false });
  const isItself = found !== undefined && found.id === event.id;
  return (
    <FormDialog
      title={t('merge.title')}
      submit={t('merge.submit')}
      disabled={found === undefined || isItself}
      onClose={onClose}
      onSubmit={async () => {
        await mergeInto(event.id, wanted);
        await actions.refresh();
        toasts.success(t('merge.done'));
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t('merge.text')}</p>
      <TextField
        label={t('merge.source')}
        value={source}
        onChange={setSource}
        error={isItself ? t('merge.itself') : undefined}
        autoFocus
        required
        mono
      />
      {wanted !== '' && error !== null && <ErrorBox error={error} />}
      {found !== undefined && (
        <div className="panel-box">
          <strong>
            <bdi>{found.info}</bdi>
          </strong>
          <div className="muted">
            {found.date} · <bdi>{found.Orgc?.name}</bdi> · {t('merge.attributes', { n: Number(found.attribute_count) })}
          </div>
        </div>
      )}
    </FormDialog>
  );
}

function Delegate({ event, onClose }: EventFormsProps) {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const { data: organisations = [] } = useQuery(organisationsQuery('all'));
  const [org, setOrg] = useState('');
  const [sharing, setSharing] = useState({ distribution: '3', sharing_group_id: '0' });
  const [message, setMessage] = useState('');
  return (
    <FormDialog
      title={t('delegation.request')}
      submit={t('delegation.send')}
      disabled={org === ''}
      onClose={onClose}
      onSubmit={async () => {
        await requestDelegation(event.id, { org_id: org, ...sharing, message });
        await client.invalidateQueries({ queryKey: ['delegations'] });
        toasts.success(t('delegation.sent'));
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t('delegation.text')}</p>
      <PickField
        label={t('delegation.organisation')}
        value={org}
        choices={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setOrg}
      />
      <DistributionField value={sharing} mayInherit={false} onChange={setSharing} />
      <TextField label={t('contact.message')} value={message} onChange={setMessage} rows={3} />
    </FormDialog>
  );
}

function Keys({ event, actions, onClose }: EventFormsProps) {
  const t = useT();
  const toasts = useToasts();
  const [key, setKey] = useState('');
  const keys = event.CryptographicKey ?? [];
  const isProtected = event.protected === true;
  return (
    <FormDialog
      title={t('protection.title')}
      submit={t('protection.add')}
      disabled={key.trim() === ''}
      onClose={onClose}
      onSubmit={async () => {
        await addEventKey(event.id, key);
        await actions.refresh();
        setKey('');
      }}
    >
      <p style={{ margin: 0 }}>{t('protection.text')}</p>
      <CheckField
        label={t('protection.on')}
        value={isProtected}
        onChange={(on) => void protectEvent(event.id, on).then(actions.refresh, toasts.failure)}
      />
      {keys.length === 0 ? (
        <p className="muted" style={{ margin: 0 }}>
          {t('protection.noKey')}
        </p>
      ) : (
        <ul style={{ margin: 0 }}>
          {keys.map((entry) => (
            <li key={entry.id}>
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {entry.fingerprint}
              </span>{' '}
              <Button
                variant="subtle"
                size="compact-sm"
                color="danger"
                onClick={() => void deleteEventKey(entry.id).then(actions.refresh, toasts.failure)}
              >
                {t('action.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <TextField label={t('protection.key')} value={key} onChange={setKey} rows={5} mono />
    </FormDialog>
  );
}

function Extends({ event, actions, onClose }: EventFormsProps) {
  const t = useT();
  const [uuid, setUuid] = useState(event.extends_uuid ?? '');
  const isEvent = uuid.trim() === '' || eventName.test(uuid.trim());
  return (
    <FormDialog
      title={t('extends.title')}
      submit={t('action.save')}
      disabled={!isEvent}
      onClose={onClose}
      onSubmit={async () => {
        await setExtends(event.id, uuid.trim());
        await actions.refresh();
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t('extends.text')}</p>
      <TextField
        label={t('extends.uuid')}
        value={uuid}
        onChange={setUuid}
        error={isEvent ? undefined : t('extends.noUuid')}
        autoFocus
        mono
      />
    </FormDialog>
  );
}
