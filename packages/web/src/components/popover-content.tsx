import { Popover } from '@mantine/core';
import type { LazyPopoverProps } from './lazy-popover.tsx';

/** The popover itself, with its positioning code. */
export function PopoverContent(props: LazyPopoverProps) {
  return (
    <Popover
      opened={props.opened}
      onChange={props.onChange}
      width={props.width}
      position="bottom-start"
      trapFocus
      returnFocus
    >
      <Popover.Target>{props.button}</Popover.Target>
      <Popover.Dropdown aria-label={props.label}>{props.children}</Popover.Dropdown>
    </Popover>
  );
}
