import { ErrorBox } from '../components/states.tsx';
import type { Translator } from '../i18n/i18n.tsx';
import { Appearance } from './app.tsx';

/** Shown when not even the session could be loaded. */
export function StartFailure(props: { readonly error: unknown; readonly translator: Translator }) {
  return (
    <Appearance translator={props.translator}>
      <main className="page">
        <ErrorBox error={props.error} onRetry={() => location.reload()} />
      </main>
    </Appearance>
  );
}
