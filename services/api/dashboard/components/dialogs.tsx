import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from './context.ts';

/** Opens and closes a dialog of the browser as its content comes and goes. */
export function useModal(isOpen: boolean) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen && dialog.current?.open) dialog.current.close();
  }, [isOpen]);
  return dialog;
}

export function KeyDialog() {
  const { keys, words } = useApp();
  const { t } = words.value;
  const question = keys.question.value;
  const dialog = useModal(question !== null);
  const [key, setKey] = useState('');
  const answer = (given: string | null) => {
    setKey('');
    keys.answer(given);
  };
  return (
    <dialog
      id="key-dialog"
      class="small"
      aria-labelledby="key-title"
      ref={dialog}
      onCancel={() => answer(null)}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          answer(key.trim() || null);
        }}
      >
        <h2 id="key-title">{t('key.title')}</h2>
        <p>{t('key.text')}</p>
        {question?.wasWrong && (
          <p class="wrong" role="alert">
            {t('key.wrong')}
          </p>
        )}
        <label>
          <span>{t('key.label')}</span>
          <input
            type="password"
            autocomplete="off"
            required
            autofocus
            value={key}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
        </label>
        <p class="buttons">
          <button type="button" onClick={() => answer(null)}>
            {t('cancel')}
          </button>
          <button type="submit" class="primary">
            {t('key.use')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

export function TakeDialog() {
  const app = useApp();
  const { t } = app.words.value;
  const alert = app.acknowledging.value;
  const dialog = useModal(alert !== null);
  const [by, setBy] = useState<string | undefined>('');
  const [comment, setComment] = useState('');
  useEffect(() => {
    setBy(app.dutyName);
    setComment('');
  }, [alert]);
  const close = () => {
    app.acknowledging.value = null;
  };
  return (
    <dialog
      id="acknowledge-dialog"
      class="small"
      aria-labelledby="acknowledge-title"
      ref={dialog}
      onCancel={close}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          if (alert !== null) void app.acknowledge(alert, by, comment);
        }}
      >
        <h2 id="acknowledge-title">{t('acknowledge.title')}</h2>
        {by !== undefined && (
          <label>
            <span>{t('acknowledge.by')}</span>
            <input
              maxLength={200}
              required
              autofocus
              value={by}
              onInput={({ currentTarget }) => setBy(currentTarget.value)}
            />
          </label>
        )}
        <label>
          <span>{t('acknowledge.comment')}</span>
          <input
            maxLength={2000}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
        </label>
        <p class="buttons">
          <button type="button" onClick={close}>
            {t('cancel')}
          </button>
          <button type="submit" class="primary">
            {t('acknowledge')}
          </button>
        </p>
      </form>
    </dialog>
  );
}
