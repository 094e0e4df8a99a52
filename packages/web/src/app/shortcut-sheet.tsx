import { Modal } from '@mantine/core';
import { SwitchField } from '../components/fields.tsx';
import { type MessageKey, useT } from '../i18n/i18n.tsx';
import { setPreferences, usePreferences } from '../theme/preferences.ts';
import { sections } from './sections.ts';
import styles from './shortcut-sheet.module.css';

const groups: readonly { readonly title: MessageKey; readonly keys: readonly (readonly [string, MessageKey])[] }[] = [
  {
    title: 'shortcuts.everywhere',
    keys: [
      ['Ctrl K', 'palette.title'],
      ['/', 'nav.search'],
      ['n', 'new.event'],
      ['l', 'nav.events'],
      ['u', 'action.undo'],
      ['Esc', 'shortcuts.escape'],
      ['?', 'shortcuts.title'],
    ],
  },
  {
    title: 'shortcuts.lists',
    keys: [
      ['j k', 'shortcuts.move'],
      ['Enter', 'shortcuts.open'],
      ['x', 'shortcuts.select'],
      ['Shift x', 'shortcuts.range'],
      ['s', 'shortcuts.filter'],
      ['v', 'grid.columns'],
    ],
  },
  {
    title: 'shortcuts.event',
    keys: [
      ['[ ]', 'shortcuts.neighbours'],
      ['1 … 9', 'eventTab.label'],
      ['a', 'attribute.add'],
      ['o', 'object.add'],
      ['f', 'paste.title'],
      ['t', 'tag.add'],
      ['e', 'action.edit'],
      ['i', 'attribute.ids'],
      ['+ -', 'sighting.column'],
      ['y', 'notes.short'],
      ['r', 'graph.addRelation'],
      ['c', 'copy.value'],
      ['Shift c', 'copy.defanged'],
      ['p', 'event.publish'],
      ['Del', 'action.delete'],
    ],
  },
];

/** The keys there are, and the switch that turns the single letters off. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const { shortcuts } = usePreferences();
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{t(group.title)}</h3>
            <dl className={styles.keys}>
              {group.keys.map(([keys, label]) => (
                <div key={keys}>
                  <dt>
                    {keys.split(' ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(label)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t('shortcuts.goTo')}</h3>
          <dl className={styles.keys}>
            {sections.map((section) => (
              <div key={section.id}>
                <dt>
                  <kbd>g</kbd>
                  <kbd>{section.key}</kbd>
                </dt>
                <dd>{t(section.label)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <SwitchField
        label={t('shortcuts.letters')}
        value={shortcuts}
        onChange={(on) => setPreferences({ shortcuts: on })}
      />
    </Modal>
  );
}
