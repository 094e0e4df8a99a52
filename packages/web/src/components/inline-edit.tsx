import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import styles from './inline-edit.module.css';
import { LazyPopover } from './lazy-popover.tsx';
import { ErrorBox } from './states.tsx';

interface InlineEditProps<Value> {
  /** What is edited, for the button's name. */
  readonly label: string;
  readonly value: Value;
  /** Why it cannot be edited; undefined when it can. */
  readonly disabledReason?: string | undefined;
  readonly children: ReactNode;
  readonly editor: (value: Value, onChange: (value: Value) => void) => ReactNode;
  readonly save: (value: Value) => Promise<void>;
  readonly width?: number;
}

/** A fact that turns into its field on click; what was typed survives a refusal. */
export function InlineEdit<Value>(props: InlineEditProps<Value>) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState(props.value);
  const [error, setError] = useState<unknown>();

  if (props.disabledReason !== undefined) {
    return (
      <span className={styles.fact} title={`${props.label} · ${props.disabledReason}`}>
        {props.children}
      </span>
    );
  }

  async function save() {
    setError(undefined);
    setOpened(false);
    try {
      await props.save(draft);
    } catch (cause) {
      // The shown value has been taken back; the draft opens again with the reason.
      setError(cause);
      setOpened(true);
    }
  }

  return (
    <LazyPopover
      opened={opened}
      onChange={setOpened}
      label={props.label}
      width={props.width ?? 280}
      button={
        <button
          type="button"
          className={styles.button}
          title={t('inline.edit', { name: props.label })}
          onClick={() => {
            if (error === undefined) setDraft(props.value);
            setOpened(!opened);
          }}
        >
          <span className="visually-hidden">{t('inline.edit', { name: props.label })}: </span>
          {props.children}
        </button>
      }
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {props.editor(draft, setDraft)}
        {error !== undefined && <ErrorBox error={error} />}
        <div className="form-actions">
          <Button variant="default" onClick={() => setOpened(false)}>
            {t('action.cancel')}
          </Button>
          <Button type="submit">{t('action.save')}</Button>
        </div>
      </form>
    </LazyPopover>
  );
}
