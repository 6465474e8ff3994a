import { createRoot } from 'react-dom/client';
import { App } from './App';
import './style/base.css';
import './style/list.css';
import './style/trace.css';
import './style/tree.css';
import './style/detail.css';
import './style/content.css';
import './style/views.css';
import './style/account.css';
import './style/compare.css';
import './style/replay.css';
import './style/touch.css';

const page = document.getElementById('page');
if (page !== null) {
  createRoot(page).render(<App />);
}
