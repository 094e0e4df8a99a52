import { Button } from '@mantine/core';
import { useT } from '../i18n/i18n.tsx';
import styles from './secret-box.module.css';
import { useCopy } from './use-copy.ts';

/** A key or password that is shown this once, with ready commands to try it. */
export function SecretBox(props: { readonly secret: string; readonly isKey: boolean }) {
  const t = useT();
  const copy = useCopy();
  const curl = `curl -H "Authorization: ${props.secret}" -H "Accept: application/json" ${location.origin}/users/view/me`;
  const python = `from pymisp import PyMISP\nmisp = PyMISP("${location.origin}", "${props.secret}")`;
  return (
    <div className={styles.box}>
      <p>
        <strong>{t('secret.once')}</strong>
      </p>
      <div className={styles.secret}>
        <code data-testid="secret">{props.secret}</code>
        <Button variant="default" onClick={() => copy([props.secret], false)}>
          {t('copy.copy')}
        </Button>
      </div>
      {props.isKey && (
        <>
          <pre>{curl}</pre>
          <pre>{python}</pre>
        </>
      )}
    </div>
  );
}
