import { useState } from 'preact/hooks';
import { bodyOf, type Changes, type ChangesQuery, type Objective } from '../client/api.ts';
import { listedIn } from '../state/listed.ts';
import { movementQuery, SINCE, type Since } from '../state/movement.ts';
import { figureQuery } from '../state/question.ts';
import { OBJECTIVE } from '../text/objective.ts';
import { Box } from './box.tsx';
import { Choice } from './choice.tsx';
import { useApp } from './context.ts';
import { ListedTable } from './lists.tsx';
import { Known, Loaded } from './loaded.tsx';
import { PagedList } from './paged-list.tsx';
import { ReasonTable } from './reason-table.tsx';
import { useAnswer } from './shown.ts';
import { useWords } from './words.ts';

type Kind = Changes['classes'][number]['class'];

/** Why a figure moved since a day. */
export function MovementBox({ objective: { id } }: { readonly objective: Objective }) {
  const app = useApp();
  const words = useWords(OBJECTIVE);
  const { t } = words;
  const [since, setSince] = useState<Since>('week');
  const [kind, setKind] = useState<Kind | undefined>(undefined);
  const query = () => movementQuery(app.figures.query(), since, words.dayOf(app.figures.serverNow.value));
  const question = JSON.stringify([id, figureQuery(app.question.value), since]);
  const changes = useAnswer(
    (client) =>
      bodyOf(client.GET('/v1/objectives/{id}/changes', { params: { path: { id }, query: query() } })),
    question,
  );
  const choice = (
    <Choice
      label={t('movement.since')}
      isLabelUnseen
      options={SINCE.map((value) => ({ value, label: t(`movement.since.${value}`) }))}
      value={since}
      choose={setSince}
    />
  );
  return (
    <Box name="movement" title={t('movement')} aside={choice}>
      <Known>
        <Loaded id="movement" of={changes} isReported={(one) => app.figures.isShared(one)}>
          {(shown) => (
            <>
              <p>{words.of(shown.text)}</p>
              <Classes changes={shown} choose={setKind} />
              {kind && <ChangedList key={`${question} ${kind}`} id={id} kind={kind} query={query} />}
            </>
          )}
        </Loaded>
      </Known>
    </Box>
  );
}

interface ClassesProps {
  readonly changes: Changes;
  readonly choose: (kind: Kind) => void;
}

function Classes({ changes, choose }: ClassesProps) {
  const { t } = useWords(OBJECTIVE);
  const some = changes.classes.filter(({ subjects }) => subjects > 0);
  if (some.length === 0) return <p class="empty">{t('movement.none')}</p>;
  return (
    <ReasonTable
      labels={{ reason: t('movement.class'), subjects: t('part.count'), points: t('movement.points') }}
      reasons={some.map((one) => ({ ...one, name: one.class }))}
      choose={choose}
    />
  );
}

interface ChangedListProps {
  readonly id: string;
  readonly kind: Kind;
  readonly query: () => ChangesQuery;
}

/** The subjects of one class, page by page. */
function ChangedList({ id, kind, query }: ChangedListProps) {
  return (
    <PagedList
      id="movement-list"
      size={10}
      load={(client, page) =>
        bodyOf(
          client.GET('/v1/objectives/{id}/changes/{class}', {
            params: { path: { id, class: kind }, query: { ...query(), ...page } },
          }),
        )
      }
    >
      {(shown) => <ListedTable listed={listedIn({ ...shown, part: kind, parts: [] })} />}
    </PagedList>
  );
}
