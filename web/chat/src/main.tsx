import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/messages.css';
import './styles/inline-keyboard.css';
import './styles/media.css';
import './styles/composer.css';
import './styles/dialogs.css';
import './styles/lightbox.css';
import './styles/mini-app.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
