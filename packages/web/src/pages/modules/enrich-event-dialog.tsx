import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { enrichEvent, modulesQuery } from '../../api/modules.ts';
import { CheckField } from '../../components/fields.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { NoModules } from './no-modules.tsx';

interface EnrichEventProps {
  readonly eventId: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Running chosen modules over everything an event holds. */
export function EnrichEventDialog({ eventId, onDone, onClose }: EnrichEventProps) {
  const t = useT();
  const toasts = useToasts();
  const { data: list, error } = useQuery(modulesQuery('enrichment'));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const expansions = (list?.modules ?? []).filter(({ uses }) => uses.includes('expansion'));

  async function run() {
    setBusy(true);
    setFailure(undefined);
    try {
      const { message } = await enrichEvent(eventId, [...chosen]);
      toasts.success(message);
      await onDone();
      onClose();
    } catch (cause) {
      setFailure(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('module.enrichEvent')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(submit) => {
          submit.preventDefault();
          void run();
        }}
      >
        <p style={{ margin: 0 }}>{t('module.enrichEventHelp')}</p>
        {error !== null && <ErrorBox error={error} />}
        {list === undefined && error === null && <Skeleton height={80} />}
        {list?.message != null && <NoModules message={list.message} />}
        {list?.reachable === true && expansions.length === 0 && <NoModules />}
        {expansions.map(({ name, description }) => (
          <CheckField
            key={name}
            label={name}
            description={description.slice(0, 200)}
            value={chosen.has(name)}
            onChange={(on) => {
              const next = new Set(chosen);
              if (on) next.add(name);
              else next.delete(name);
              setChosen(next);
            }}
          />
        ))}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={chosen.size === 0}>
            {t('module.run', { n: chosen.size })}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
