import { render } from 'preact';
import { AppContext } from './components/context.ts';
import { Page } from './pages/page.tsx';
import { App } from './state/app.ts';

/**
 * Views are JSX in `.tsx`, which the bundler compiles. Decisions stand in `.ts`, which Node runs without a
 * compiler: so tests read the same files that the browser gets.
 */
const app = new App();
render(
  <AppContext value={app}>
    <Page />
  </AppContext>,
  document.body,
);
await app.start();
