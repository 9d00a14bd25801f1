import type { ComponentChildren } from 'preact';
import { isOfKey } from '../client/problem.ts';
import type { Resource } from '../state/resource.ts';
import { Box } from './box.tsx';
import { useApp } from './context.ts';

interface NeedsRightProps {
  readonly name: string;
  readonly title: string;
  /** What the right is for, and where to look without it. */
  readonly text: string;
  /** An answer that the server gives only with the right. */
  readonly of: Resource<unknown>;
  /** What stands below the reason, since it needs another right. */
  readonly otherwise?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page whose every part needs a right: without it stands the reason, once, and a way to give another key. */
export function NeedsRight({ name, title, text, of, otherwise, children }: NeedsRightProps) {
  const app = useApp();
  const { t } = app.words.value;
  if (!isOfKey(of.state.value.problem)) return children;
  return (
    <>
      <Box name={name} title={title}>
        <p class="note">{text}</p>
        <p>
          <button type="button" onClick={() => app.giveKey()}>
            {t('key.give')}
          </button>
        </p>
      </Box>
      {otherwise}
    </>
  );
}
