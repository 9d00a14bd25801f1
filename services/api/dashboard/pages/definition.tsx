import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import templates from '../../../../shared/measures/templates.json' with { type: 'json' };
import { bodyOf, type Client, type Definition } from '../client/api.ts';
import { Problem } from '../client/problem.ts';
import { Box } from '../components/box.tsx';
import { Changes } from '../components/changes.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { DefinitionFacts } from '../components/definition-facts.tsx';
import { useDefinitionWords } from '../components/definition-words.ts';
import { type Fault, FieldRow, useForm } from '../components/form.tsx';
import { IfMay } from '../components/if-may.tsx';
import { Loaded, ProblemBox } from '../components/loaded.tsx';
import { ActButtons, type PossibleAct, useChoices } from '../components/register.tsx';
import { RehearsalTable } from '../components/rehearsal.tsx';
import { useAnswer } from '../components/shown.ts';
import { Statements } from '../components/statements.tsx';
import { closeObjective, reopenObjective, stateDefinition } from '../state/definition-acts.ts';
import {
  blankDefinition,
  changesOf,
  definitionAfter,
  definitionIn,
  definitionSections,
  isOfValues,
  mergedDefinition,
  NEW_ROWS,
  ROWS,
  type RowsName,
  rowFields,
  rowsIn,
  type Stated,
  type Values,
  valuesOf,
} from '../state/definition-form.ts';
import type { Entered, Field } from '../state/forms.ts';
import { type Rehearsal, rehearseDefinition } from '../state/rehearsal.ts';

/** How many months the preview looks back. */
const MONTHS = 6;

/** The definition of one objective: changed, closed; or a new one. */
export function DefinitionPage() {
  const app = useApp();
  const { t } = useDefinitionWords();
  const { objective: id } = app.question.value;
  return (
    <Box
      name="definition"
      title={id === '' ? t('define.new') : t('define.title', { title: app.objectiveName.value(id) })}
      aside={
        <div class="choices">
          <a href={app.linkTo({ page: 'definitions' })}>{t('define.all')}</a>
        </div>
      }
    >
      {id !== '' ? (
        <KnownDefinition key={id} id={id} />
      ) : (
        <IfMay operation="defineObjective" otherwise={<p class="note">{t('define.noRightNew')}</p>}>
          <NewDefinition />
        </IfMay>
      )}
    </Box>
  );
}

/** An objective that is not there yet: from a template, from another one, or from nothing. */
function NewDefinition() {
  const app = useApp();
  const { t, of, yearOf } = useDefinitionWords();
  const [start, setStart] = useState('');
  const year = yearOf(app.figures.serverNow.value);
  const others = app.figures.all.value;
  const copied = others.find(({ id }) => `copy ${id}` === start);
  const template = templates.objectives.find(({ id }) => `template ${id}` === start);
  const options = [
    { value: '', label: t('define.blank') },
    ...templates.objectives.map(({ id, title }) => ({
      value: `template ${id}`,
      label: t('define.template', { title: of(title) }),
    })),
    ...others.map(({ id, title }) => ({
      value: `copy ${id}`,
      label: t('define.copy', { title: of(title) }),
    })),
  ];
  const base = template ? { ...definitionAfter(template, year), id: template.id } : blankDefinition(year);
  return (
    <>
      <p class="start">
        <Choice
          id="define-start"
          label={t('define.start')}
          options={options}
          value={start}
          choose={setStart}
        />
      </p>
      {copied ? (
        <CopiedForm key={start} id={copied.id} year={year} />
      ) : (
        <DefinitionForm key={start} base={base} />
      )}
    </>
  );
}

function CopiedForm({ id, year }: { readonly id: string; readonly year: number }) {
  const definition = useDefinition(id);
  return (
    <Loaded id="copied" of={definition}>
      {(copied) => <DefinitionForm base={definitionAfter(copied.definition, year)} />}
    </Loaded>
  );
}

const useDefinition = (id: string) =>
  useAnswer(
    (client) => bodyOf(client.GET('/v1/objectives/{id}/definition', { params: { path: { id } } })),
    id,
  );

/** The units of all of its versions: a change is about each of them. */
const unitsOf = ({ versions }: Definition) =>
  versions.map((version) => (typeof version.unit === 'string' ? version.unit : null));

function KnownDefinition({ id }: { readonly id: string }) {
  const definition = useDefinition(id);
  return (
    <Loaded id="known" of={definition}>
      {(latest) => (
        <>
          <Ends latest={latest} />
          <IfMay
            operation="changeObjective"
            about={unitsOf(latest)}
            otherwise={<DefinitionFacts definition={latest.definition} />}
          >
            <ChangeForm latest={latest} refresh={() => definition.refresh()} />
          </IfMay>
        </>
      )}
    </Loaded>
  );
}

/** An objective is closed, and opened again. */
function Ends({ latest }: { readonly latest: Definition }) {
  const app = useApp();
  const { t, of, day } = useDefinitionWords();
  const { id, closing } = latest;
  const children = app.figures.all.value.filter(({ parent }) => parent === id).map(({ title }) => of(title));
  const goOn = children.length > 0 && t('close.children', { children: children.join('; ') });
  const reason = reasonField(t);
  const about = unitsOf(latest);
  const close: PossibleAct = {
    ...{ name: 'close', operation: 'closeObjective', about, title: t('close.title') },
    text: [t('close.text'), goOn].filter(Boolean).join(' '),
    fields: [
      { kind: 'day', name: 'lastDay', label: t('close.lastDay') },
      reason,
      { kind: 'line', name: 'instrument', label: t('close.instrument'), isOptional: true, most: 500 },
    ],
    send: (entered) => closeObjective(app.client, latest, entered),
  };
  const reopen: PossibleAct = {
    ...{ name: 'reopen', operation: 'reopenObjective', about },
    ...{ title: t('close.reopen'), fields: [reason] },
    send: (entered) => reopenObjective(app.client, latest, entered),
  };
  return (
    <>
      {closing && (
        <p class="note">{t('close.isClosed', { day: day(closing.lastDay), reason: closing.reason })}</p>
      )}
      {closing && goOn && <p class="note">{goOn}</p>}
      <ActButtons acts={closing ? [reopen] : [close]} />
    </>
  );
}

const reasonField = (t: (key: 'define.reason' | 'define.reasonHint') => string) =>
  ({ kind: 'prose', name: 'reason', label: t('define.reason'), hint: t('define.reasonHint') }) as const;

interface ChangeProps {
  /** As the server has it now: a form that was opened before goes on with what it saw. */
  readonly latest: Definition;
  readonly refresh: () => Promise<void>;
}

/** Another statement that came since the form was opened is shown, and merged when the user wants that. */
function ChangeForm({ latest, refresh }: ChangeProps) {
  const [{ seen, base }, begin] = useState({ seen: latest, base: latest.definition as Stated });
  const merge = (form: Stated) =>
    begin({ seen: latest, base: mergedDefinition(seen.definition, form, latest.definition) });
  return (
    <DefinitionForm
      key={seen.statements}
      seen={seen}
      base={base}
      refresh={refresh}
      meanwhile={
        latest.statements > seen.statements
          ? (entered) => <Meanwhile seen={seen} latest={latest} merge={() => merge(entered())} />
          : undefined
      }
    />
  );
}

interface MeanwhileProps {
  readonly seen: Definition;
  readonly latest: Definition;
  readonly merge: () => void;
}

/** Who has changed the objective since the form was opened, what, and why. */
function Meanwhile({ seen, latest, merge }: MeanwhileProps) {
  const { t } = useDefinitionWords();
  const limit = latest.statements - seen.statements;
  const history = useAnswer(
    (client) =>
      bodyOf(
        client.GET('/v1/objectives/{id}/history', {
          params: { path: { id: latest.id }, query: { limit: Math.min(limit, 200) } },
        }),
      ),
    String(latest.statements),
  );
  return (
    <div class="problem" role="alert">
      <p>
        <b>{t('define.meanwhile')}</b>
      </p>
      <Loaded id="meanwhile" of={history}>
        {({ items }) => (
          <Statements items={items} isValue={isOfValues(valuesOf(latest.definition).get('formula/name'))} />
        )}
      </Loaded>
      <button type="button" onClick={merge}>
        {t('define.merge')}
      </button>
      <small>{t('define.mergeText')}</small>
    </div>
  );
}

interface FormProps {
  /** What a change follows; undefined for a new objective. */
  readonly seen?: Definition;
  /** What the form begins with. */
  readonly base: Stated;
  /** Asks for the newest statement. */
  readonly refresh?: () => Promise<void>;
  /** What came meanwhile, which the form may take in. */
  readonly meanwhile?: ((entered: () => Stated) => ComponentChildren) | undefined;
}

interface Preview {
  readonly definition: Stated;
  readonly rehearsed: Rehearsal | null;
}

/** The place of an option of the formula. */
const OPTION = /^formula\/(?!name$)/;
const LISTS = ['plan', 'path', 'alerts'] as const satisfies readonly RowsName[];

function DefinitionForm({ seen, base, refresh, meanwhile }: FormProps) {
  const app = useApp();
  const words = useDefinitionWords();
  const { t } = words;
  const choices = useChoices(seen ? 'changeObjective' : 'defineObjective');
  const values = useMemo(() => valuesOf(base), [base]);
  const [formula, setFormula] = useState(values.get('formula/name') ?? '');
  const rows = useRows(values);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [isStale, setStale] = useState(false);
  const sections = definitionSections(values, seen?.definition, formula, choices, words);
  const rowsOf = (name: RowsName) =>
    rows.of[name].map(({ key, content }, at) => ({
      key,
      fields: rowFields(name, at, content, formula, words),
    }));
  const fields = [
    ...sections.flatMap((section) => section.fields),
    ...LISTS.flatMap((name) => rowsOf(name).flatMap((row) => row.fields)),
  ];
  const counts = { plan: rows.of.plan.length, path: rows.of.path.length, alerts: rows.of.alerts.length };
  const form = useForm(fields, async (entered) => {
    const definition = definitionIn(entered, base, counts);
    setPreview({ definition, rehearsed: await rehearsedOf(app.client, definition) });
    setStale(false);
  });
  const changed = () => setStale(true);
  const save = async (entered: Entered) => {
    if (!preview) return;
    try {
      const { id, position } = await stateDefinition(app.client, seen, preview.definition, entered);
      app.figures.wrote(position);
      await app.figures.resource.refresh();
      // One that begins later has no figure yet.
      const hasBegun = String(preview.definition.validFrom) <= words.dayOf(app.figures.serverNow.value);
      app.ask({ page: hasBegun ? 'objective' : 'definitions', objective: id });
      app.announcement.value = t('define.saved');
    } catch (problem) {
      // Who has changed it meanwhile, and how, stands beside the refusal.
      if (problem instanceof Problem && problem.status === 412) await refresh?.();
      else form.refuse(problem);
      throw problem;
    }
  };
  return (
    <>
      <form
        {...form.attributes}
        class="define"
        onInput={({ target }) => {
          changed();
          if (target instanceof HTMLSelectElement && target.name === 'formula/name') setFormula(target.value);
        }}
      >
        {sections.map(({ name, fields: own, lists }) => (
          <fieldset key={name}>
            <legend>{t(`define.section.${name}`)}</legend>
            <div class="fields">
              {own.map((field) => (
                // An option of another formula is another field, though it has the same name.
                <FieldRow
                  key={`${field.name} ${OPTION.test(field.name) ? formula : ''}`}
                  field={field}
                  fault={form.faultOf(field.name)}
                />
              ))}
            </div>
            {lists.map((list) => (
              <RowList
                key={list}
                name={list}
                rows={rowsOf(list)}
                faultOf={form.faultOf}
                add={() => {
                  rows.add(list);
                  changed();
                }}
                remove={(key) => {
                  rows.remove(list, key);
                  changed();
                }}
              />
            ))}
          </fieldset>
        ))}
        {form.whole !== undefined && <ProblemBox problem={form.whole} />}
        <p class="note">{t('define.tryText')}</p>
        <p class="buttons">
          <button type="submit" class={preview && !isStale ? undefined : 'primary'} disabled={form.isSending}>
            {t(form.isSending ? 'define.trying' : 'define.try')}
          </button>
        </p>
      </form>
      {meanwhile?.(() => definitionIn(form.entered(), base, counts))}
      {preview && (
        <PreviewSection preview={preview} before={seen?.definition} isStale={isStale} save={save} />
      )}
    </>
  );
}

/** A definition whose past takes too long to compute may be stored all the same. @throws Problem for every other refusal */
async function rehearsedOf(client: Client, definition: Stated): Promise<Rehearsal | null> {
  try {
    return await rehearseDefinition(client, definition, MONTHS);
  } catch (problem) {
    if (problem instanceof Problem && (problem.code === 'overloaded' || problem.code === 'timeout'))
      return null;
    throw problem;
  }
}

interface PreviewProps {
  readonly preview: Preview;
  readonly before: Stated | undefined;
  readonly isStale: boolean;
  readonly save: (entered: Entered) => Promise<unknown>;
}

/** What is changed, what it would have been, and the reason under which it is stored. */
function PreviewSection({ preview: { definition, rehearsed }, before, isStale, save }: PreviewProps) {
  const words = useDefinitionWords();
  const { t } = words;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [definition]);
  const changes = before ? changesOf(before, definition) : [];
  const fields = [reasonField(t)];
  const form = useForm(fields, save);
  const values = valuesOf(definition);
  const measuredIn = values.has('formula/measuredIn/vi') && {
    vi: values.get('formula/measuredIn/vi') ?? '',
    en: values.get('formula/measuredIn/en') ?? '',
  };
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h3 id="preview-title" ref={title} tabIndex={-1}>
        {t('define.preview', { title: values.get(`title/${words.language}`) ?? '' })}
      </h3>
      {before && (
        <>
          <h4>{t('define.changes')}</h4>
          {changes.length === 0 ? (
            <p class="empty">{t('define.noChange')}</p>
          ) : (
            <Changes changes={changes} isValue={isOfValues(values.get('formula/name'))} />
          )}
        </>
      )}
      {rehearsed ? (
        <RehearsalTable rehearsed={rehearsed} measuredIn={measuredIn || null} />
      ) : (
        <p class="note">{t('define.noRehearsal')}</p>
      )}
      {isStale ? (
        <p class="note" role="status">
          {t('define.stale')}
        </p>
      ) : (
        <form {...form.attributes} class="define">
          {form.whole !== undefined && <ProblemBox problem={form.whole} />}
          {fields.map((field) => (
            <FieldRow key={field.name} field={field} fault={form.faultOf(field.name)} />
          ))}
          <p class="buttons">
            <button type="submit" class="primary" disabled={form.isSending}>
              {t('define.save')}
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

interface Row {
  /** Of the row, wherever it stands. */
  readonly key: number;
  /** What it begins with, by place. */
  readonly content: Readonly<Record<string, string>>;
}

/** The rows of the lists of a definition, which the user adds and removes. */
function useRows(values: Values) {
  const [of, setRows] = useState<Readonly<Record<RowsName, readonly Row[]>>>(() => ({
    plan: rowsIn(values, 'plan').map((content, key) => ({ key, content })),
    path: rowsIn(values, 'path').map((content, key) => ({ key, content })),
    alerts: rowsIn(values, 'alerts').map((content, key) => ({ key, content })),
  }));
  return {
    of,
    add: (name: RowsName) =>
      setRows({
        ...of,
        [name]: [
          ...of[name],
          { key: Math.max(-1, ...of[name].map(({ key }) => key)) + 1, content: NEW_ROWS[name] },
        ],
      }),
    remove: (name: RowsName, gone: number) =>
      setRows({ ...of, [name]: of[name].filter(({ key }) => key !== gone) }),
  };
}

interface RowListProps {
  readonly name: RowsName;
  readonly rows: readonly { readonly key: number; readonly fields: readonly Field[] }[];
  readonly faultOf: (name: string) => Fault;
  readonly add: () => void;
  readonly remove: (key: number) => void;
}

function RowList({ name, rows, faultOf, add, remove }: RowListProps) {
  const { t, code } = useDefinitionWords();
  return (
    <>
      {rows.map(({ key, fields }, at) => {
        const title = t('define.row', { name: code('define', name), n: at + 1 });
        return (
          <fieldset key={key} class="row">
            <legend>{title}</legend>
            <div class="fields">
              {fields.map((field, place) => (
                // The name of a field has the number of its row, which changes when another row goes.
                <FieldRow key={ROWS[name][place]} field={field} fault={faultOf(field.name)} />
              ))}
            </div>
            <button type="button" aria-label={`${t('define.remove')}: ${title}`} onClick={() => remove(key)}>
              {t('define.remove')}
            </button>
          </fieldset>
        );
      })}
      <p>
        <button type="button" onClick={add}>
          {code('define', `${name}.add`)}
        </button>
      </p>
    </>
  );
}
