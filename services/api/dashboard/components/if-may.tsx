import type { ComponentChildren } from 'preact';
import type { About, Operation } from '../state/access.ts';
import { useApp } from './context.ts';

interface IfMayProps {
  readonly operation: Operation;
  readonly about?: About;
  /** What any other key sees. */
  readonly otherwise: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What a key sees that may do an act. Neither of the two is shown before it is known which. */
export function IfMay({ operation, about, otherwise, children }: IfMayProps) {
  const { access, words } = useApp();
  if (!access.isAsked.value) return <p class="empty">{words.value.t('loading')}</p>;
  return <>{access.may(operation, about) ? children : otherwise}</>;
}
