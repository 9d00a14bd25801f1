import type { Objective, Part } from '../client/api.ts';
import { bodyOf } from '../client/api.ts';
import { AlertList } from '../components/alerts.tsx';
import { Box } from '../components/box.tsx';
import { Judged, VerdictMark } from '../components/card.tsx';
import { useApp } from '../components/context.ts';
import { Definition } from '../components/explanation.tsx';
import { Loaded } from '../components/loaded.tsx';
import { BreakdownBox, TrendBox } from '../components/objective-boxes.tsx';
import { useAnswer } from '../components/shown.ts';
import { subjectOf } from '../state/alerts.ts';
import { evidenceLink } from '../state/route.ts';
import { verdictOf } from '../state/verdict.ts';

/** One objective: its figure, parts, course, definition and history. */
export function ObjectivePage() {
  const app = useApp();
  const { t } = app.words.value;
  const { objective: id } = app.question.value;
  return (
    <Loaded id="objective" of={app.figures.resource} isReported={app.figures.isReportedElsewhere}>
      {(all) => {
        const objective = all.find((one) => one.id === id);
        if (objective) return <ObjectiveSections objective={objective} />;
        return (
          <section class="box">
            <h2>{t('objective.unknown')}</h2>
            <p class="empty">{t('objective.unknown.text', { id })}</p>
            <a href={app.linkTo({ page: 'overview', objective: '' })}>{t('page.overview')}</a>
          </section>
        );
      }}
    </Loaded>
  );
}

interface OfObjective {
  readonly objective: Objective;
}

function ObjectiveSections({ objective }: OfObjective) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const verdict = verdictOf(objective, app.connection.isCurrent.value);
  return (
    <div class="objective">
      <div>
        <article class="card" data-verdict={verdict} aria-labelledby="figure-title">
          <header>
            <h2 id="figure-title">{words.of(objective.title)}</h2>
            <VerdictMark verdict={verdict} />
          </header>
          <Judged objective={objective} />
        </article>
        <TrendBox />
        <BreakdownBox />
      </div>
      <div>
        <AlertsBox id={objective.id} />
        <Box name="parts" title={t('parts')}>
          <PartTable objective={objective} />
        </Box>
        <Box name="definition" title={t('definition.title')}>
          <Definition objective={objective} />
        </Box>
        <HistoryBox id={objective.id} />
      </div>
    </div>
  );
}

function PartTable({ objective: { id, parts } }: OfObjective) {
  const words = useApp().words.value;
  const { t } = words;
  const counts = (part: Part) =>
    part.counts === null ? t('counts.mixed') : words.code('counts', part.counts);
  return (
    <table class="stack">
      <caption>{t('parts.caption')}</caption>
      <thead>
        <tr>
          {[t('part'), t('part.count'), t('part.counts')].map((label) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.name} data-union={part.of ? '' : undefined}>
            <th scope="row">
              <a href={evidenceLink(id, { part: part.name })}>{words.of(part.title)}</a>
              {part.fault && <small>{t('part.fault')}</small>}
            </th>
            <td data-label={t('part.count')}>{words.number(part.count)}</td>
            <td data-label={t('part.counts')}>{counts(part)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AlertsBox({ id }: { readonly id: string }) {
  const { words, details, figures } = useApp();
  return (
    <Box name="alerts" title={words.value.t('alerts')}>
      <Loaded id="alerts" of={details.alerts} isReported={(one) => figures.isShared(one)}>
        {(alerts) => <AlertList alerts={alerts.filter((alert) => subjectOf(alert).objective === id)} />}
      </Loaded>
    </Box>
  );
}

const HISTORY_LIMIT = 20;

/** Who has defined, changed or closed it, and why. */
function HistoryBox({ id }: { readonly id: string }) {
  const { words, figures } = useApp();
  const { t, code, moment } = words.value;
  const history = useAnswer(
    (client) =>
      bodyOf(
        client.GET('/v1/objectives/{id}/history', {
          params: { path: { id }, query: { limit: HISTORY_LIMIT } },
        }),
      ),
    id,
  );
  return (
    <Box name="history" title={t('history')}>
      <Loaded id="history" of={history} isReported={(one) => figures.isShared(one)}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">{t('history.empty')}</p>
          ) : (
            <ol class="timeline">
              {items.map(({ kind, at, by, reason, version, instrument, fromFile, position }) => (
                <li key={`${position} ${version}`} data-use="applied">
                  <time datetime={at}>{moment(at)}</time>
                  <b>{code('statement', kind)}</b>
                  {version !== null && <span class="use">{t('version', { n: version })}</span>}
                  <p>{reason}</p>
                  <small>{[fromFile ? t('history.file') : by, instrument].filter(Boolean).join(' · ')}</small>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Box>
  );
}
