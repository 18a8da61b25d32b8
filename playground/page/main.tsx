import '@fontsource/lato/latin-400.css';
import '@fontsource/lato/latin-700.css';
import '@fontsource/lato/latin-900.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/panes.css';
import './styles/messages.css';
import './styles/blocks.css';
import './styles/composer.css';
import './styles/dialogs.css';
import './styles/tools.css';
import './styles/mail.css';
import './styles/phone.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { PageProvider } from './context.tsx';
import { applyLook } from './frame/theme.tsx';
import { openSession } from './session.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no place for the page.');
applyLook();
createRoot(root).render(
  <StrictMode>
    <PageProvider session={openSession()}>
      <App />
    </PageProvider>
  </StrictMode>,
);
