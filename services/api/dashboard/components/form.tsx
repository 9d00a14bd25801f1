import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  type Catalogue,
  type ChoicesField,
  declaredName,
  type Entered,
  enteredIn,
  type Field,
  faultsIn,
  listIn,
  newAttempt,
  type OwnFault,
  optionsOf,
  refusalOf,
  shownIn,
} from '../state/forms.ts';
import { useCatalogue } from './catalogues.ts';
import { Choices } from './choices.tsx';
import { useApp } from './context.ts';
import { useModal } from './dialogs.tsx';
import { ProblemBox } from './loaded.tsx';

export interface FormProps {
  readonly title: string;
  /** What it is for, and what happens then. */
  readonly text?: string | undefined;
  readonly fields: readonly Field[];
  /** The word on the button. */
  readonly action: string;
  /** The field of many choices of which each is sent by itself, under the name of the field. */
  readonly each?: string | undefined;
  /**
   * Sends what was entered.
   * @param attempt the same for as long as the form is open: part of an id, so that nothing is stated twice where an answer was lost
   * @throws Problem whose faults the form shows beside their fields
   */
  readonly send: (entered: Entered, attempt: string) => Promise<unknown>;
  /** Shows on the lists of the page what was sent. */
  readonly show?: () => Promise<unknown>;
  readonly close: () => void;
}

/** What a form sends, and what it shows of a refusal. @param send @throws Problem */
export function useForm(fields: readonly Field[], send: (entered: Entered) => Promise<unknown>) {
  const { words, figures } = useApp();
  const { t, language, dayOf } = words.value;
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<ReadonlyMap<string, OwnFault>>(new Map());
  const [problem, refuse] = useState<unknown>();
  const [isSending, setSending] = useState(false);
  const refusal = problem === undefined ? undefined : refusalOf(problem, fields);
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults, problem]);
  const submit = async (data: FormData) => {
    const entered = enteredIn(fields, data, language);
    const found = faultsIn(fields, entered, dayOf(figures.serverNow.value));
    refuse(undefined);
    setFaults(found);
    if (found.size > 0) return;
    setSending(true);
    try {
      await send(entered);
    } catch (refused) {
      refuse(refused);
    } finally {
      setSending(false);
    }
  };
  return {
    isSending,
    /** What stands in the form now. */
    entered: () => (form.current ? enteredIn(fields, new FormData(form.current), language) : {}),
    /** Shows a refusal that came another way than by `send`. */
    refuse,
    /** The problem, where it concerns more than fields of this form. */
    whole: refusal?.isWhole ? problem : undefined,
    faultOf: (name: string): Fault => {
      const own = faults.get(name);
      return own ? { own: t(`form.${own.key}`, own.values) } : { given: refusal?.byField.get(name) };
    },
    attributes: {
      ref: form,
      noValidate: true,
      onSubmit: (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
        event.preventDefault();
        if (!isSending) void submit(new FormData(event.currentTarget));
      },
    },
  };
}

/** Of a form that sends each choice by itself. */
interface Progress {
  /** What the server has taken. */
  readonly sent: readonly string[];
  /** What is being sent, or was not taken. */
  readonly at: string | undefined;
}

/** A form in a dialog. It stays open, with everything that was entered, until the server has taken it. */
export function FormDialog({ title, text, fields, each, action, send, show, close }: FormProps) {
  const { t } = useApp().words.value;
  const dialog = useModal(true);
  const [attempt] = useState(newAttempt);
  const [{ sent, at }, setProgress] = useState<Progress>({ sent: [], at: undefined });
  const form = useForm(fields, async (entered) => {
    if (each === undefined) {
      await send(entered, attempt);
      await show?.();
    } else {
      // Once for all of them; those that were taken before one was refused show, too.
      await sendEach(each, entered).finally(show);
    }
    close();
  });
  const sendEach = async (name: string, entered: Entered) => {
    const done = [...sent];
    for (const one of listIn(entered, name)) {
      if (done.includes(one)) continue;
      setProgress({ sent: [...done], at: one });
      await send({ ...entered, [name]: one }, attempt);
      done.push(one);
    }
  };
  const nameOf = (value: string) =>
    fields
      .flatMap((field) => (field.kind === 'choices' ? field.options : []))
      .find((one) => one.value === value)?.label ?? value;
  return (
    <dialog class="small" aria-labelledby="form-title" ref={dialog} onCancel={close}>
      <form {...form.attributes}>
        <h2 id="form-title">{title}</h2>
        {text && <p class="note">{text}</p>}
        {form.whole !== undefined && <ProblemBox problem={form.whole} />}
        {sent.length > 0 && (
          <p role="status">{t('form.sent', { n: sent.length, names: sent.map(nameOf).join(', ') })}</p>
        )}
        {at !== undefined && !form.isSending && (
          <p>
            <b>{t('form.notSent', { name: nameOf(at) })}</b>
          </p>
        )}
        {fields.map((field) => (
          <FieldRow key={field.name} field={field} fault={form.faultOf(field.name)} />
        ))}
        <p class="buttons">
          <button type="button" onClick={close}>
            {t('cancel')}
          </button>
          <button type="submit" class="primary" disabled={form.isSending}>
            {action}
          </button>
        </p>
      </form>
    </dialog>
  );
}

/** In the page's words, or as the server gives it. */
export interface Fault {
  readonly own?: string;
  readonly given?: string | undefined;
}

interface FieldRowProps {
  readonly field: Field;
  readonly fault: Fault;
}

/** One field with its label, its hint and what is wrong with it. */
export function FieldRow({ field, fault }: FieldRowProps) {
  const { t } = useApp().words.value;
  const { name, label, hint, isOptional } = field;
  const isWrong = fault.own !== undefined || fault.given !== undefined;
  const described = [hint && `hint-${name}`, isWrong && `fault-${name}`].filter(Boolean).join(' ');
  const common = {
    id: `field-${name}`,
    name,
    'aria-invalid': isWrong ? ('true' as const) : undefined,
    'aria-required': !isOptional,
    'aria-describedby': described || undefined,
  };
  const named = `${label}${isOptional ? ` (${t('form.optional')})` : ''}`;
  const below = (
    <>
      {hint && <small id={`hint-${name}`}>{hint}</small>}
      {isWrong && <FaultText id={`fault-${name}`} fault={fault} />}
    </>
  );
  if (field.kind === 'choices')
    return (
      <fieldset class="field checks" aria-describedby={described || undefined}>
        <legend>{named}</legend>
        <Choices field={field} isWrong={isWrong} />
        {below}
      </fieldset>
    );
  return (
    <div class="field">
      <label for={common.id}>
        <span>{named}</span>
      </label>
      <Control field={field} common={common} />
      {below}
    </div>
  );
}

function FaultText({ id, fault: { own, given } }: { readonly id: string; readonly fault: Fault }) {
  const { t } = useApp().words.value;
  return (
    <p id={id} class="wrong">
      {own ?? (
        <>
          {t('form.wrong')} <span lang="en">{given}</span>
        </>
      )}
    </p>
  );
}

interface ControlProps {
  readonly field: Exclude<Field, ChoicesField>;
  readonly common: object;
}

function Control({ field, common }: ControlProps) {
  const { language } = useApp().words.value;
  switch (field.kind) {
    case 'line':
      if (field.catalogue) return <Declared field={field} catalogue={field.catalogue} common={common} />;
      return <input {...common} defaultValue={shownIn(field, language)} maxLength={field.most ?? 300} />;
    case 'prose':
      return <textarea {...common} rows={3} defaultValue={field.value} maxLength={field.most ?? 2_000} />;
    case 'day':
      return <input {...common} type="date" defaultValue={field.value} />;
    case 'choice':
      return (
        <select {...common}>
          <option value="" />
          {optionsOf(field).map(({ value, label, level = 0 }) => (
            <option key={value} value={value} selected={value === field.value}>
              {'\u00a0\u00a0'.repeat(level) + label}
            </option>
          ))}
        </select>
      );
  }
}

interface DeclaredProps {
  readonly field: Extract<Field, { kind: 'line' }>;
  readonly catalogue: Catalogue;
  readonly common: object;
}

/** A code that is found by its name, or typed: one that nothing declares is taken, too. */
function Declared({ field: { name, value = '', most }, catalogue, common }: DeclaredProps) {
  const { t } = useApp().words.value;
  const declared = useCatalogue(catalogue);
  const [text, setText] = useState(value);
  const named = declaredName(declared, text);
  return (
    <>
      <input
        {...common}
        list={`options-${name}`}
        autocomplete="off"
        defaultValue={value}
        maxLength={most ?? 300}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <datalist id={`options-${name}`}>
        {declared.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </datalist>
      <small role="status">{named === null ? t('form.undeclared') : named}</small>
    </>
  );
}
