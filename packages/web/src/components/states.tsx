import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { useT } from '../i18n/i18n.tsx';
import { Icon, type IconName } from './icon.tsx';
import styles from './states.module.css';

/** Says why there is nothing here and what to do about it. */
export function EmptyState(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  /** It stands for a whole page, which has no other heading. */
  readonly page?: boolean;
  readonly children?: ReactNode;
}) {
  const Heading = props.page === true ? 'h1' : 'h2';
  return (
    <div className={styles.empty}>
      <Icon name={props.icon} size={40} />
      <Heading>{props.title}</Heading>
      {props.text !== undefined && <p className="muted">{props.text}</p>}
      {props.children !== undefined && <div className={styles.actions}>{props.children}</div>}
    </div>
  );
}

/** What went wrong in the server's words, or in ours when it could not be reached. */
export function useErrorText(): (error: unknown) => string {
  const t = useT();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.page');
    if (error.status === 0) return t('error.offline');
    if (error.message !== '') return error.message;
    return t('error.status', { status: error.status });
  };
}

/** A failure with its request id, to quote to an administrator, and a way to try again. */
export function ErrorBox(props: { readonly error: unknown; readonly onRetry?: (() => void) | undefined }) {
  const t = useT();
  const errorText = useErrorText();
  const requestId = props.error instanceof ApiError ? props.error.requestId : undefined;
  return (
    <div className={styles.box} role="alert">
      <Icon name="warning" />
      <div className={styles.body}>
        <div>{errorText(props.error)}</div>
        {requestId !== undefined && (
          <div className="muted">
            {t('error.requestId')} <span className="mono">{requestId}</span>
          </div>
        )}
      </div>
      {props.onRetry !== undefined && (
        <Button variant="default" onClick={props.onRetry}>
          {t('action.retry')}
        </Button>
      )}
    </div>
  );
}

/** Grey bars where text is about to appear. */
export function Skeleton(props: { readonly width?: string | number; readonly height?: number }) {
  return (
    <div
      className={styles.skeleton}
      style={{ width: props.width ?? '100%', height: props.height ?? 12 }}
      aria-hidden="true"
    />
  );
}

/** A page that is loading. */
export function PageSkeleton() {
  const t = useT();
  return (
    <div className="page" aria-busy="true">
      <span className="visually-hidden">{t('state.loading')}</span>
      <Skeleton width={280} height={22} />
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of bars
        <Skeleton key={index} width={`${90 - index * 4}%`} height={16} />
      ))}
    </div>
  );
}
