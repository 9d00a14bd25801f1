import type { ComponentChildren } from 'preact';
import { useApp } from './context.ts';

interface BoxProps {
  readonly name: string;
  readonly title: string;
  /** Whether it is about the selected objective, whose title then stands in it. */
  readonly isOfObjective?: boolean;
  /** What stands beside the title: a choice, a link, a button. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page, with its title. */
export function Box({ name, title, isOfObjective, aside, children }: BoxProps) {
  const { words, selected } = useApp();
  const objective = selected.value;
  return (
    <section class="box" aria-labelledby={`${name}-title`}>
      <div class="heading">
        <h2 id={`${name}-title`}>{title}</h2>
        {isOfObjective && objective && <p>{words.value.of(objective.title)}</p>}
        {aside}
      </div>
      {children}
    </section>
  );
}
