import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FoundEntry } from '../api/find.ts';
import { useT } from '../i18n/i18n.tsx';
import type { FieldProps } from './fields.tsx';

export interface FindFieldProps extends FieldProps<string> {
  /** What is searched, as a key of the cache. */
  readonly kind: string;
  readonly find: (text: string) => Promise<readonly FoundEntry[]>;
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A search by name whose value is the UUID of what was picked. A UUID can be typed as it is. */
export function FindFieldContent(props: FindFieldProps) {
  const t = useT();
  const { kind, find, value, onChange, required, autoFocus, ...rest } = props;
  const [text, setText] = useState('');
  const [settled, setSettled] = useState('');
  const [picked, setPicked] = useState<FoundEntry>();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.normalize('NFKC').trim()), 150);
    return () => clearTimeout(timer);
  }, [text]);
  const { data: found = [] } = useQuery({
    queryKey: ['find', kind, settled],
    queryFn: () => find(settled),
    placeholderData: (before: readonly FoundEntry[] | undefined) => before,
    enabled: picked === undefined || settled !== picked.name,
  });
  const own = uuidForm.test(settled) ? [{ uuid: settled.toLowerCase(), name: settled }] : [];
  const kept = picked !== undefined && picked.uuid === value ? [picked] : [];
  const entries = new Map([...kept, ...own, ...found].map((entry) => [entry.uuid, entry]));
  if (value !== '' && !entries.has(value)) entries.set(value, { uuid: value, name: value });
  return (
    <Select
      {...rest}
      // The panel has looked for its first field before this one was loaded.
      {...(autoFocus === true ? { 'data-autofocus': true, autoFocus: true } : {})}
      withAsterisk={required === true}
      value={value === '' ? null : value}
      data={[...entries.values()].map(({ uuid, name }) => ({ value: uuid, label: name }))}
      // The server has chosen already.
      filter={({ options }) => options}
      searchable
      selectFirstOptionOnChange
      searchValue={text}
      onSearchChange={setText}
      allowDeselect={false}
      placeholder={t('find.placeholder')}
      nothingFoundMessage={t('state.noMatch')}
      onChange={(next) => {
        setPicked(entries.get(next ?? ''));
        onChange(next ?? '');
      }}
    />
  );
}
