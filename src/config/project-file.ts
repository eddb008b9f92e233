// In: the folder of a project. Out: what its `.turnspan.json` wishes, and what it says that no project may decide.
// Always: a repository can switch off, lower the content level, add tags and pick one of the user's destinations by its
// name. Whatever else stands there is told and ignored; a file that cannot be read wishes nothing.
import { join } from 'node:path';
import * as z from 'zod';
import { readSmallText } from './small-file.ts';

export interface ProjectWishes {
  readonly disabled: boolean;
  readonly lessContent: boolean;
  readonly tags: readonly string[];
  readonly destination?: string | undefined;
  /** Keys that count for nothing. Names alone: the values are anybody's. */
  readonly ignored: readonly string[];
}

/** The wishes of the file in `folder`. */
export function readProjectFile(folder: string): ProjectWishes {
  const text = readSmallText(join(folder, '.turnspan.json'));
  if (text === '') return NONE;
  try {
    const all = z.record(z.string(), z.unknown()).parse(JSON.parse(text ?? ''));
    const { disabled, content, tags, destination } = schema.parse(all);
    const understood = {
      disabled: disabled !== undefined,
      content: content !== undefined,
      tags: tags !== undefined,
      destination: destination !== undefined,
      $schema: true,
    };
    return {
      disabled: disabled === true,
      lessContent: content === 'none',
      tags: tags ?? [],
      destination,
      ignored: Object.keys(all).filter(
        (key) => !Object.entries(understood).some(([name, is]) => is && name === key),
      ),
    };
  } catch {
    return { ...NONE, ignored: ['(the file is not valid JSON)'] };
  }
}

/** The variables in a project's `env` block that are wishes too. */
export const PROJECT_WISHES: readonly string[] = ['TURNSPAN_TAGS', 'TURNSPAN_DESTINATION'];

/** The wishes in the `env` block of a project's settings; what switches off or lowers there is honoured with the switches. */
export function wishesOfVariables(values: ReadonlyMap<string, string>): ProjectWishes {
  const tags = (values.get('TURNSPAN_TAGS') ?? '').split(',').map((text) => text.trim());
  return {
    ...NONE,
    tags: tags.filter((text) => tag.safeParse(text).success).slice(0, MOST_TAGS),
    destination: values.get('TURNSPAN_DESTINATION'),
  };
}

/** Of the files of one session: what takes away counts from each, a destination from the first that names one. */
export function allOf(wishes: readonly ProjectWishes[]): ProjectWishes {
  return {
    disabled: wishes.some(({ disabled }) => disabled),
    lessContent: wishes.some(({ lessContent }) => lessContent),
    tags: [...new Set(wishes.flatMap(({ tags }) => tags))],
    destination: wishes.find(({ destination }) => destination !== undefined)?.destination,
    ignored: [...new Set(wishes.flatMap(({ ignored }) => ignored))],
  };
}

const MOST_TAGS = 20;
const NONE: ProjectWishes = { disabled: false, lessContent: false, tags: [], ignored: [] };

/** Short, few, without control characters: they go onto every span. */
const tag = z.string().regex(/^[^\p{Cc}]{1,64}$/u);
const schema = z.object({
  disabled: z.boolean().optional().catch(undefined),
  content: z.literal('none').optional().catch(undefined),
  tags: z.array(tag).max(MOST_TAGS).optional().catch(undefined),
  destination: z.string().min(1).max(128).optional().catch(undefined),
});
