import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Icon } from './icon.tsx';
import { LazyPopover } from './lazy-popover.tsx';
import { Skeleton } from './states.tsx';

const TagSearch = lazy(() => import('./tag-search.tsx').then((module) => ({ default: module.TagSearch })));

interface TagPickerProps {
  /** What the button says. */
  readonly label: string;
  readonly compact?: boolean;
  readonly disabledReason?: string | undefined;
  /** Local tags may be offered even where global ones are not allowed. */
  readonly onPick: (name: string, local: boolean) => void;
}

/** A button that opens the one picker for tags; found by the server, chosen by keyboard or mouse. */
export function TagPicker(props: TagPickerProps) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  return (
    <LazyPopover
      opened={opened}
      onChange={setOpened}
      label={t('tag.search')}
      width={320}
      button={
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
      }
    >
      <Suspense fallback={<Skeleton height={120} />}>
        <TagSearch
          onPick={(name, local) => {
            setOpened(false);
            props.onPick(name, local);
          }}
        />
      </Suspense>
    </LazyPopover>
  );
}
