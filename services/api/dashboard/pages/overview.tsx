import { AlertList } from '../components/alerts.tsx';
import { Box } from '../components/box.tsx';
import { Card } from '../components/card.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { DossierTable } from '../components/lists.tsx';
import { Empty, Known, Loaded } from '../components/loaded.tsx';
import { BreakdownBox, TrendBox } from '../components/objective-boxes.tsx';
import { ObjectiveDetail } from '../components/objective-detail.tsx';
import { Pager } from '../components/pager.tsx';
import { QualityList } from '../components/quality.tsx';
import { useShown } from '../components/shown.ts';
import { WORK_STATES } from '../state/details.ts';
import { FIRST } from '../state/paging.ts';

/** Every objective, and the selected one in detail. */
export function Overview() {
  const { words, figures } = useApp();
  const { t } = words.value;
  return (
    <>
      <section aria-labelledby="objectives-title">
        <div class="heading">
          <h2 id="objectives-title">{t('objectives')}</h2>
        </div>
        <Loaded id="cards" class="cards" of={figures.resource} isReported={figures.isReportedElsewhere}>
          {(objectives) =>
            objectives.filter(({ unit }) => unit === null).map((one) => <Card key={one.id} objective={one} />)
          }
        </Loaded>
        <OfUnits />
      </section>
      <div class="columns">
        {/* First, since on a phone the officer on duty needs it before everything else. */}
        <AlertsBox />
        <div>
          <DetailBox />
          <TrendBox />
          <BreakdownBox />
          <WorkBox />
        </div>
        <QualityBox />
      </div>
    </>
  );
}

/** Where the objectives of the units stand, which have no cards. */
function OfUnits() {
  const app = useApp();
  const { t, number } = app.words.value;
  const count = app.figures.all.value.filter(({ unit }) => unit !== null).length;
  if (count === 0) return null;
  return (
    <p class="note">
      <a href={app.linkTo({ page: 'cascade' })}>{t('objectives.ofUnits', { n: number(count) })}</a>
    </p>
  );
}

/** Behind the card of the selected objective. */
function DetailBox() {
  const { words, selected } = useApp();
  const objective = selected.value;
  return (
    objective && (
      <Box name="detail" title={words.value.t('detail')} isOfObjective>
        <ObjectiveDetail objective={objective} />
      </Box>
    )
  );
}

function WorkBox() {
  const { words, details, figures } = useApp();
  const { t, code } = words.value;
  const { work, workState, workPaging } = details;
  useShown(work);
  const choice = (
    <Choice
      id="work-state"
      label={t('account')}
      isLabelUnseen
      options={WORK_STATES.map((value) => ({ value, label: code('state', value) }))}
      value={workState.value}
      choose={(state) => {
        workState.value = state;
        workPaging.value = FIRST;
        work.supersede();
        void work.refresh();
      }}
    />
  );
  return (
    <Box name="work" title={t('work')} aside={choice}>
      <Known>
        <Loaded id="work" of={work} isReported={(one) => figures.isShared(one)}>
          {({ items, next }) =>
            items.length === 0 && workPaging.value === FIRST ? (
              <Empty>{code('work.empty', workState.value)}</Empty>
            ) : (
              <>
                <DossierTable dossiers={items} />
                <Pager
                  paging={workPaging.value}
                  next={next}
                  turn={(turned) => {
                    workPaging.value = turned(workPaging.value);
                    void work.refresh();
                  }}
                />
              </>
            )
          }
        </Loaded>
      </Known>
    </Box>
  );
}

export function AlertsBox() {
  const { words, details, figures } = useApp();
  return (
    <Box name="alerts" title={words.value.t('alerts')}>
      <Loaded id="alerts" of={details.alerts} isReported={(one) => figures.isShared(one)}>
        {(alerts) => <AlertList alerts={alerts} />}
      </Loaded>
    </Box>
  );
}

function QualityBox() {
  const { words, details, figures } = useApp();
  useShown(details.letters);
  return (
    <Box name="quality" title={words.value.t('quality')}>
      <Loaded id="quality" of={details.letters} isReported={(one) => figures.isShared(one)}>
        {(letters) => <QualityList letters={letters} />}
      </Loaded>
    </Box>
  );
}
