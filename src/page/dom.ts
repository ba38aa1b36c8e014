/** Builds elements. Text only ever becomes a text node, so no name from a log can become markup (the page's CSP forbids it once more). */

export type Child = Node | string | null | undefined | false
type Value = string | number | boolean | null | undefined

/** `on` holds listeners; every other key is an attribute. `true` is an attribute without a value, `false` and `null` leave it out. */
export interface Attributes {
  readonly on?: { readonly [Event in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Event]) => void }
  readonly [attribute: string]: Value | object
}

const SVG = 'http://www.w3.org/2000/svg'

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false || typeof value === 'object') continue
    // A value goes back to the program as it came; all other attributes are read by people or hold no names.
    made.setAttribute(name, value === true ? '' : name === 'value' ? String(value) : plain(String(value)))
  }
  for (const [name, listener] of Object.entries(attributes.on ?? {})) {
    if (listener !== undefined) made.addEventListener(name, listener as EventListener)
  }
  made.append(...kept(children))
  return made
}

const kept = (children: readonly Child[]): (Node | string)[] =>
  children
    .filter((child): child is Node | string => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === 'string' ? plain(child) : child))

/**
 * Characters that turn the direction of writing (https://www.unicode.org/reports/tr9/) are written out: with them one name can
 * look like another's.
 */
const plain = (text: string): string =>
  text.replace(
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (turn) => `\\u${turn.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** `el('p', { class: 'note' }, 'text', el('b', {}, name))` */
export const el = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => filled(document.createElement(tag), attributes, children)

export const svg = <Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] => filled(document.createElementNS(SVG, tag), attributes, children)

/** Puts these in the place of whatever is in there. */
export const fill = (place: Element, ...children: readonly Child[]): void => place.replaceChildren(...kept(children))

let ids = 0
/** An id that no other element of the document has: for labels and descriptions. */
export const freshId = (stem: string): string => {
  ids += 1
  return `${stem}-${ids}`
}
