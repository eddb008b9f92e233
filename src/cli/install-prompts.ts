// Questions on the terminal. In: a question and its possible answers. Out: the answer, or `undefined`: the person has left, by
// Ctrl+C, Esc or Ctrl+D.
// Always: the prompt library is loaded when the first question is asked, because no other command needs it; what is typed hidden is
// never on the screen.

/** One of several answers. */
export interface Option<T> {
  readonly value: T;
  readonly label: string;
  /** Shown while the cursor is on it. */
  readonly hint?: string;
}

/** One of a few; the cursor is on `initial`, else on the first. */
export async function choose<T>(
  message: string,
  options: readonly Option<T>[],
  initial?: T,
): Promise<T | undefined> {
  const { select } = await library();
  const initialValue = Math.max(
    options.findIndex(({ value }) => value === initial),
    0,
  );
  const place = await answer((signal) => select({ message, options: shown(options), initialValue, signal }));
  return place === undefined ? undefined : options[place]?.value;
}

/** One of many, which can be searched for by typing. */
export async function search<T>(message: string, options: readonly Option<T>[]): Promise<T | undefined> {
  const { autocomplete } = await library();
  const place = await answer((signal) =>
    autocomplete({
      message,
      options: shown(options),
      maxItems: 10,
      filter: (typed, { label = '', hint = '' }) =>
        `${label} ${hint}`.toLowerCase().includes(typed.trim().toLowerCase()),
      validate: (chosen) => (chosen === undefined ? 'Nothing has this name.' : undefined),
      signal,
    }),
  );
  return place === undefined ? undefined : options[place]?.value;
}

/** How an answer is looked at: what is wrong with it, as a sentence. An empty one is '' here. */
export type Check = (text: string) => string | undefined;

/** A line of text. Enter alone gives `usual`. */
export async function line(message: string, check: Check, usual = ''): Promise<string | undefined> {
  const { text } = await library();
  return answer((signal) =>
    text({
      message,
      ...(usual === '' ? {} : { placeholder: usual, defaultValue: usual }),
      validate: (typed = '') => check(typed === '' ? usual : typed),
      signal,
    }),
  );
}

/** A line that nobody sees. Enter alone gives ''. */
export async function hiddenLine(message: string, check: Check): Promise<string | undefined> {
  const { password } = await library();
  return answer((signal) =>
    password({ message, validate: (text = '') => check(text), signal })
      // What was never typed into is `undefined`, whatever the library's types say.
      .then((text: string | symbol | undefined) => text ?? ''),
  );
}

/** Yes by default. */
export async function agree(message: string): Promise<boolean | undefined> {
  const { confirm } = await library();
  return answer((signal) => confirm({ message, initialValue: true, signal }));
}

/** The first line. */
export async function begin(title: string): Promise<void> {
  (await library()).intro(title);
}

/** Something between two questions. */
export async function say(text: string): Promise<void> {
  (await library()).log.message(text);
}

/** The last line, below which anybody may write. */
export async function end(text: string): Promise<void> {
  (await library()).outro(text);
}

function library() {
  return import('@clack/prompts');
}

/** By their places: the library takes few types as a value. */
function shown<T>(options: readonly Option<T>[]) {
  return options.map(({ label, hint }, value) => ({ value, label, ...(hint === undefined ? {} : { hint }) }));
}

/** The library knows Ctrl+C and Esc; at Ctrl+D it would wait for ever for a terminal that has been closed. */
async function answer<T>(ask: (signal: AbortSignal) => Promise<T | symbol>): Promise<T | undefined> {
  const leaving = new AbortController();
  const onKey = (_text: unknown, key: { readonly ctrl?: boolean; readonly name?: string }): void => {
    // After everybody else has seen the key: the library would look at it once more.
    if (key.ctrl === true && key.name === 'd')
      setImmediate(() => {
        leaving.abort();
      });
  };
  process.stdin.on('keypress', onKey);
  try {
    const given = await ask(leaving.signal);
    return typeof given === 'symbol' ? undefined : given;
  } finally {
    process.stdin.off('keypress', onKey);
  }
}
