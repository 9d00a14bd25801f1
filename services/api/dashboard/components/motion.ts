import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Moves something once, in few steps, unless the user wants nothing to move. Smooth or endless movement would keep a
 * processor busy on a page that is open all day.
 */
export function move(element: Element, frames: Keyframe[], options: KeyframeAnimationOptions): void {
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
    element.animate(frames, { ...options, easing: 'steps(8)' });
}

/** Draws the eye to an element whose value has just changed. */
export function useFlash<Shown extends Element>(value: unknown): RefObject<Shown | null> {
  const element = useRef<Shown>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value || !element.current) return;
    shown.current = value;
    move(element.current, [{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }], {
      duration: 1_000,
    });
  }, [value]);
  return element;
}
