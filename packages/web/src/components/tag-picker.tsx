import { Button, Combobox, Popover, TextInput, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tagSearchQuery } from '../api/library.ts';
import { useT } from '../i18n/i18n.tsx';
import { CheckField } from './fields.tsx';
import { Icon } from './icon.tsx';
import { TagChip } from './tag-chip.tsx';

interface TagPickerProps {
  /** What the button says. */
  readonly label: string;
  readonly compact?: boolean;
  readonly disabledReason?: string | undefined;
  /** Local tags may be offered even where global ones are not allowed. */
  readonly onPick: (name: string, local: boolean) => void;
}

function TagSearch(props: { readonly onPick: (name: string, local: boolean) => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const [local, setLocal] = useState(false);
  const combobox = useCombobox();
  const { data: tags = [], isFetching } = useQuery({
    ...tagSearchQuery(text.normalize('NFKC').trim()),
    placeholderData: (old) => old,
  });
  const pick = (name: string) => props.onPick(name, local);
  return (
    <Combobox store={combobox} onOptionSubmit={pick}>
      <Combobox.EventsTarget>
        <TextInput
          autoFocus
          aria-label={t('tag.search')}
          placeholder={t('tag.search')}
          value={text}
          mb={8}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mah={260} style={{ overflowY: 'auto' }} aria-label={t('tag.search')} aria-busy={isFetching}>
        {tags.slice(0, 60).map((tag) => (
          <Combobox.Option key={tag.id} value={tag.name}>
            <TagChip tag={tag} />
          </Combobox.Option>
        ))}
        {tags.length === 0 && !isFetching && <Combobox.Empty>{t('state.noMatch')}</Combobox.Empty>}
      </Combobox.Options>
      <div style={{ marginTop: 8 }}>
        <CheckField label={t('tag.asLocal')} value={local} onChange={setLocal} />
      </div>
    </Combobox>
  );
}

/** A button that opens the one picker for tags; found by the server, chosen by keyboard or mouse. */
export function TagPicker(props: TagPickerProps) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant={props.compact === true ? 'subtle' : 'default'}
          leftSection={<Icon name="plus" size={14} />}
          disabled={props.disabledReason !== undefined}
          title={props.disabledReason}
          onClick={() => setOpened(!opened)}
          data-tag-picker
        >
          {props.label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('tag.search')}>
        <TagSearch
          onPick={(name, local) => {
            setOpened(false);
            props.onPick(name, local);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
