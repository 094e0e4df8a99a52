import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/Drawer.css';
import '@mantine/core/styles/Group.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Menu.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/SegmentedControl.css';
import '@mantine/core/styles/Switch.css';
import '@mantine/core/styles/Text.css';
import '@mantine/core/styles/Tooltip.css';
import '@mantine/core/styles/UnstyledButton.css';
import './theme/tokens.css';
import './app/shell.css';
import { createRoot } from 'react-dom/client';
import { fetchSession } from './api/session.tsx';
import { App } from './app/app.tsx';
import { StartFailure } from './app/start-failure.tsx';
import { createTranslator, loadMessages, preferredLanguage } from './i18n/i18n.tsx';
import { getPreferences } from './theme/preferences.ts';

async function start(element: HTMLElement): Promise<void> {
  const language = getPreferences().language ?? preferredLanguage(navigator.languages);
  document.documentElement.lang = language;
  const loading = fetchSession();
  // Handled below, where the texts to tell it with are there.
  loading.catch(() => undefined);
  const translator = createTranslator(language, await loadMessages(language));
  const root = createRoot(element);
  try {
    root.render(<App session={await loading} translator={translator} />);
  } catch (error) {
    root.render(<StartFailure error={error} translator={translator} />);
  }
}

const element = document.getElementById('root');
if (element === null) throw new Error('The page has no root element');
void start(element);
