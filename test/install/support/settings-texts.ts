// Settings files as people and programs write them: any layout, comments, trailing commas, odd white space, hooks of others.
import * as fc from 'fast-check';

/** A value, and for each of its containers how it is laid out. */
interface Written {
  readonly kind: 'object' | 'array' | 'scalar';
  readonly text: string;
  readonly members: readonly (readonly [name: string, value: Written])[];
  readonly lines: boolean;
  readonly trailingComma: boolean;
  /** Between the brackets of an empty container. */
  readonly gap: string;
  /** Behind its last member. */
  readonly comment: string;
}

export interface Layout {
  readonly eol: string;
  readonly unit: string;
  readonly space: string;
  readonly strict: boolean;
}

const scalar: fc.Arbitrary<Written> = fc
  .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('// no', '/*', '"', '}'))
  .map((value) => ({ ...leaf, text: JSON.stringify(value) }));

const leaf: Written = {
  kind: 'scalar',
  text: '',
  members: [],
  lines: false,
  trailingComma: false,
  gap: '',
  comment: '',
};

const gap = fc.constantFrom('', ' ', '\n', '\n\n  ', ' /* none */ ', ' // none\n', '\n  // none\n  ');
const comment = fc.constantFrom('', '', '', ' // said', ' /* said */', '\n // below');

function container(
  kind: 'object' | 'array',
  members: fc.Arbitrary<readonly (readonly [string, Written])[]>,
): fc.Arbitrary<Written> {
  return fc
    .record({ members, lines: fc.boolean(), trailingComma: fc.boolean(), gap, comment })
    .map((one) => ({ ...leaf, ...one, kind }));
}

const { value } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    container('object', fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 })),
    container('array', fc.array(fc.tuple(fc.constant(''), tie('value')), { maxLength: 3 })),
  ),
}));

const named = (name: string, what: fc.Arbitrary<Written>) => fc.tuple(fc.constant(name), what);
const element = (what: fc.Arbitrary<Written>) => named('', what);

const command = fc
  .constantFrom('notify-send done', '. /x/turnspan/hook.sh', 'turnspan', '')
  .map((text) => ({ ...leaf, text: JSON.stringify(text) }));
const handler = container('object', fc.tuple(named('command', command)));
const group = container(
  'object',
  fc
    .tuple(
      fc.option(named('matcher', scalar)),
      named('hooks', container('array', fc.array(element(handler), { maxLength: 2 }))),
    )
    .map((members) => members.filter((member) => member !== null)),
);
const event = container('array', fc.array(element(group), { maxLength: 2 }));
const eventName = fc.constantFrom('Stop', 'SessionEnd', 'PreToolUse', 'Stop', 'SessionStart');
const hooks = container(
  'object',
  fc.array(
    eventName.chain((name) => named(name, event)),
    { maxLength: 3 },
  ),
);

const root = container(
  'object',
  fc.array(
    fc.oneof(
      fc.tuple(
        fc.string().filter((name) => name !== 'hooks'),
        value,
      ),
      named('hooks', hooks),
    ),
    { maxLength: 4 },
  ),
);

const layout: fc.Arbitrary<Layout> = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  unit: fc.constantFrom('  ', '    ', '\t', ' '),
  space: fc.constantFrom('', ' '),
  strict: fc.boolean(),
});

/** The text of a settings file that the client, or a person with comments, may have written. */
export const settingsText: fc.Arbitrary<string> = fc
  .tuple(root, layout, fc.constantFrom('', '\n', '\n\n', ' '), fc.constantFrom('', '\n', '// settings\n'))
  .map(([tree, style, end, begin]) => {
    const text = `${style.strict ? '' : begin}${write(tree, style, '')}${end}`;
    return text.replaceAll('\n', style.eol);
  });

function write(one: Written, style: Layout, indent: string): string {
  if (one.kind === 'scalar') return one.text;
  const [open, close] = one.kind === 'object' ? '{}' : '[]';
  const { members, strict } = { members: one.members, ...style };
  const isSpace = (text: string): boolean => text.trim() === '';
  if (members.length === 0) return `${open}${strict && !isSpace(one.gap) ? '' : one.gap}${close}`;
  const inner = `${indent}${style.unit}`;
  const parts = members.map(
    ([name, member]) =>
      `${one.kind === 'object' ? `${JSON.stringify(name)}:${style.space}` : ''}${write(member, style, inner)}`,
  );
  const comma = !strict && one.trailingComma ? ',' : '';
  const said = strict ? '' : one.comment;
  if (one.lines) {
    return `${open}${parts.map((part) => `\n${inner}${part}`).join(',')}${comma}${said}\n${indent}${close}`;
  }
  // A comment to the end of the line would take the bracket with it.
  return `${open}${parts.join(`,${style.space}`)}${comma}${said.includes('//') ? `${said}\n` : said}${close}`;
}
