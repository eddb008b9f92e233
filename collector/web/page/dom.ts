// Makes elements. Always: text becomes text nodes, never markup, so that stored content cannot become part of the page.

type Child = Node | string | null | undefined;
type Listeners = {
  readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void;
};

export interface Options {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: Listeners;
  /** Style properties, set one by one: the page's policy refuses `style` attributes. */
  readonly style?: Readonly<Record<string, string>>;
}

/** An element with its children; `null` and `undefined` are left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: Options = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (options.class !== undefined) element.className = options.class;
  for (const [name, value] of Object.entries(options.attributes ?? {})) element.setAttribute(name, value);
  for (const [name, value] of Object.entries(options.style ?? {})) element.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(options.on ?? {})) {
    element.addEventListener(name, listener as EventListener); // typed by Listeners, which Object.entries forgets
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element that index.html has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}
