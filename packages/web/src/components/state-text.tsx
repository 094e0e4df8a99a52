import { useT } from '../i18n/i18n.tsx';
import styles from './chips.module.css';
import { Icon } from './icon.tsx';

/** Yes or no with a sign and a word. */
export function YesNo({ value }: { readonly value: boolean }) {
  const t = useT();
  return (
    <span className={`${styles.badge} ${value ? styles.ok : styles.muted}`}>
      <Icon name={value ? 'check' : 'close'} size={14} />
      <span>{t(value ? 'state.yes' : 'state.no')}</span>
    </span>
  );
}

/** On or off with a sign and a word. */
export function OnOff({ value }: { readonly value: boolean }) {
  const t = useT();
  return (
    <span className={`${styles.badge} ${value ? styles.ok : styles.muted}`}>
      <Icon name={value ? 'check' : 'close'} size={14} />
      <span>{t(value ? 'state.on' : 'state.off')}</span>
    </span>
  );
}
