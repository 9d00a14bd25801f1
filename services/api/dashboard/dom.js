/**
 * @typedef {Node | string | number | null | undefined | false} Leaf nothing is made of the last three
 * @typedef {Leaf | readonly (Leaf | readonly (Leaf | readonly Leaf[])[])[]} Child
 */

/**
 * Makes an element. Text only ever becomes text nodes: data cannot turn into markup.
 * @param {string} tag with classes, e.g. `button.primary`
 * @param {Record<string, string | number | boolean | null | undefined> | null} [attributes] false, null and undefined leave one out
 * @param {...Child} children
 */
export function h(tag, attributes, ...children) {
  const [name = 'div', ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [attribute, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(attribute, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {readonly Child[]} children */
function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) element.append(child);
    else if (typeof child === 'object') append(element, child);
    else element.append(String(child));
  }
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element ${id}`);
  return element;
}

/**
 * Makes the content of an element like `children` with as few changes as it can, so that focus, scroll position and what the
 * user has opened stay as they are. Elements with `data-key` are matched by it.
 * @param {Element} target
 * @param {...Child} children
 */
export function patch(target, ...children) {
  morphChildren(target, h('div', null, ...children));
}

/** @param {Element} old @param {Element} fresh */
function morphChildren(old, fresh) {
  const keyed = new Map([...old.children].map((child) => [keyOf(child), child]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    const like = key === undefined ? at : keyed.get(key);
    if (!like || !alike(like, next)) {
      old.insertBefore(next, at);
      continue;
    }
    if (like === at) at = at.nextSibling;
    else old.insertBefore(like, at);
    morph(like, next);
  }
  while (at) {
    const rest = at.nextSibling;
    at.remove();
    at = rest;
  }
}

/** @param {Node} old @param {Node} fresh */
const alike = (old, fresh) => old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);

/** @param {Node} node */
const keyOf = (node) => (node instanceof HTMLElement ? node.dataset.key : undefined);

/** @param {Node} old @param {Node} fresh */
function morph(old, fresh) {
  if (old instanceof Element && fresh instanceof Element) {
    morphAttributes(old, fresh);
    morphChildren(old, fresh);
  } else if (old.nodeValue !== fresh.nodeValue) {
    old.nodeValue = fresh.nodeValue;
  }
}

/** What the user opened stays open; what tells another `data-flash` flashes. @param {Element} old @param {Element} fresh */
function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (name !== 'open' && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    if (name === 'data-flash') flash(old);
  }
}

/** Draws the eye to a figure that has just moved. @param {Element} element */
const flash = (element) =>
  move(element, [{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }], {
    duration: 1_000,
  });

/**
 * Moves something once, in few steps, unless the user wants nothing to move. Smooth or endless movement would keep a
 * processor busy on a page that is open all day.
 * @param {Element} element @param {Keyframe[]} frames @param {KeyframeAnimationOptions} options
 */
export function move(element, frames, options) {
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
    element.animate(frames, { ...options, easing: 'steps(8)' });
}
