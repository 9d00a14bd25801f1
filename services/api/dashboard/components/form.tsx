import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  type Entered,
  enteredIn,
  type Field,
  faultsIn,
  type OwnFault,
  optionsOf,
  refusalOf,
  shownIn,
} from '../state/forms.ts';
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
  /** Sends what was entered. @throws Problem whose faults the form shows beside their fields */
  readonly send: (entered: Entered) => Promise<unknown>;
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

/** A form in a dialog. It stays open, with everything that was entered, until the server has taken it. */
export function FormDialog({ title, text, fields, action, send, close }: FormProps) {
  const { t } = useApp().words.value;
  const dialog = useModal(true);
  const form = useForm(fields, async (entered) => {
    await send(entered);
    close();
  });
  return (
    <dialog class="small" aria-labelledby="form-title" ref={dialog} onCancel={close}>
      <form {...form.attributes}>
        <h2 id="form-title">{title}</h2>
        {text && <p class="note">{text}</p>}
        {form.whole !== undefined && <ProblemBox problem={form.whole} />}
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
export function FieldRow({ field, fault: { own, given } }: FieldRowProps) {
  const { t } = useApp().words.value;
  const { name, label, hint, isOptional } = field;
  const isWrong = own !== undefined || given !== undefined;
  const described = [hint && `hint-${name}`, isWrong && `fault-${name}`].filter(Boolean).join(' ');
  const common = {
    id: `field-${name}`,
    name,
    'aria-invalid': isWrong ? ('true' as const) : undefined,
    'aria-required': !isOptional,
    'aria-describedby': described || undefined,
  };
  return (
    <div class="field">
      <label for={common.id}>
        <span>
          {label}
          {isOptional && ` (${t('form.optional')})`}
        </span>
      </label>
      <Control field={field} common={common} />
      {hint && <small id={`hint-${name}`}>{hint}</small>}
      {isWrong && (
        <p id={`fault-${name}`} class="wrong">
          {own ?? (
            <>
              {t('form.wrong')} <span lang="en">{given}</span>
            </>
          )}
        </p>
      )}
    </div>
  );
}

function Control({ field, common }: { readonly field: Field; readonly common: object }) {
  const { language } = useApp().words.value;
  switch (field.kind) {
    case 'line':
      return <input {...common} defaultValue={shownIn(field, language)} maxLength={field.most ?? 300} />;
    case 'prose':
      return <textarea {...common} rows={3} defaultValue={field.value} maxLength={field.most ?? 2_000} />;
    case 'day':
      return <input {...common} type="date" defaultValue={field.value} />;
    case 'choice':
      return (
        <select {...common}>
          <option value="" />
          {optionsOf(field).map(({ value, label }) => (
            <option key={value} value={value} selected={value === field.value}>
              {label}
            </option>
          ))}
        </select>
      );
  }
}
