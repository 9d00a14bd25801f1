import type { ComponentChildren } from 'preact';
import { Problem } from '../client/problem.ts';
import type { Resource } from '../state/resource.ts';
import { useApp } from './context.ts';

/** Problems whose own text says all that a person can do about them. */
const PLAIN: ReadonlySet<string> = new Set([
  'second-person-needed',
  'precondition-failed',
  'not-found',
  'unauthenticated',
]);

export function ProblemBox({ problem }: { readonly problem: unknown }) {
  const app = useApp();
  const { t, code } = app.words.value;
  const { code: name, detail } =
    problem instanceof Problem ? problem : new Problem(0, { code: 'page', detail: String(problem) });
  const needsKey = name === 'unauthenticated' || name === 'forbidden';
  return (
    <div class="problem" role="alert">
      <p>
        <b>{code('problem', name)}</b>
      </p>
      {detail && !PLAIN.has(name) && (
        <p>
          {t('problem.server')} <span lang="en">{detail}</span>
        </p>
      )}
      {needsKey ? (
        <button type="button" onClick={() => app.giveKey()}>
          {t('key.give')}
        </button>
      ) : (
        <button type="button" onClick={() => void app.refresh()}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}

interface LoadedProps<Value> {
  readonly id: string;
  readonly class?: string;
  readonly of: Resource<Value>;
  /** Whether the page reports a problem elsewhere: then an unknown value is only shown as unknown. */
  readonly isReported?: ((problem: unknown) => boolean) | undefined;
  readonly children: (value: Value) => ComponentChildren;
}

/** The answer of a resource, or the problem in its place. The last answer stays visible under a problem. */
export function Loaded<Value>({ id, class: name, of, isReported, children }: LoadedProps<Value>) {
  const { t } = useApp().words.value;
  const { answer, problem, isSuperseded } = of.state.value;
  const reported = problem !== undefined && isReported?.(problem) === true;
  return (
    <div id={id} class={name} data-superseded={isSuperseded ? '' : undefined}>
      {problem !== undefined && !reported && <ProblemBox problem={problem} />}
      {!answer && problem === undefined && <p class="empty">{t('loading')}</p>}
      {!answer && reported && <p class="empty">{t('unknown')}</p>}
      {answer && children(answer.value)}
    </div>
  );
}

/** A list is known to be empty only while the server answers. */
export function Empty({ children }: { readonly children: string }) {
  const { connection, words } = useApp();
  return <p class="empty">{connection.isCurrent.value ? children : words.value.t('unknown')}</p>;
}

/** What there is nothing of before the first event, when the server refuses every list. */
export function Known({ children }: { readonly children: ComponentChildren }) {
  const { isBeforeHistory, words } = useApp();
  return isBeforeHistory.value ? <p class="empty">{words.value.t('reason.not-yet-known')}</p> : children;
}
