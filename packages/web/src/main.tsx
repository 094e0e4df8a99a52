import './theme/components.css';
import './theme/tokens.css';
import './app/shell.css';
import { createRoot } from 'react-dom/client';
import { fetchSession, type Session } from './api/session.tsx';
import { App } from './app/app.tsx';
import { StartFailure } from './app/start-failure.tsx';
import { createTranslator, loadFirstMessages } from './i18n/i18n.tsx';
import { isFirstStartPutOff } from './pages/account/first-start-state.ts';
import { paths } from './routing/paths.ts';
import { chosenLanguage } from './theme/preferences.ts';

/** On a fresh instance the start page leads to its set-up, until that is done or put off. */
function openFirstStart(session: Session): void {
  if (session.firstStart && location.pathname === '/' && !isFirstStartPutOff())
    history.replaceState(null, '', paths.firstStart());
}

async function start(element: HTMLElement): Promise<void> {
  const language = chosenLanguage();
  document.documentElement.lang = language;
  const loading = fetchSession();
  // Handled below, where the texts to tell it with are there.
  loading.catch(() => undefined);
  const translator = createTranslator(language, await loadFirstMessages(language));
  const root = createRoot(element);
  try {
    const session = await loading;
    openFirstStart(session);
    root.render(<App session={session} translator={translator} />);
  } catch (error) {
    root.render(<StartFailure error={error} translator={translator} />);
  }
}

const element = document.getElementById('root');
if (element === null) throw new Error('The page has no root element');
void start(element);
