import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tagSearchQuery } from '../api/library.ts';
import { useT } from '../i18n/i18n.tsx';
import { CheckField } from './fields.tsx';
import { TagChip } from './tag-chip.tsx';

/** Finds a tag by typing; the server searches. */
export function TagSearch(props: {
  readonly onPick: (name: string, local: boolean) => void;
  /** Leaves out the choice of a tag that stays on this instance. */
  readonly withoutLocal?: boolean;
}) {
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
      {props.withoutLocal !== true && (
        <div style={{ marginTop: 8 }}>
          <CheckField label={t('tag.asLocal')} value={local} onChange={setLocal} />
        </div>
      )}
    </Combobox>
  );
}
