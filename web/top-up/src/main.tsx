import { createRoot } from 'react-dom/client';
import { App } from './app';
import { readLaunch, wear } from './telegram';
import './styles.css';

const launch = readLaunch();
if (launch) wear(launch.theme);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App launch={launch} />);
