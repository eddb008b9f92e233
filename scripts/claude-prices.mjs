// An esbuild plugin. In: `@pydantic/genai-prices` with the prices of all providers, 0.8 MB of source. Out: the same with those
// of the Claude models, as Anthropic, Bedrock and Vertex sell them, and of these only what prices are made of.
// A worker is started at every turn and reads its whole bundle. Held to the whole list by test/telemetry/cost/whole-list.test.ts.
import { findProvider } from '@pydantic/genai-prices';
import { readFile } from 'node:fs/promises';

/** Sellers by the ids of the list; `src/telemetry/cost/platform.ts` asks for no others. */
const platforms = ['anthropic', 'aws', 'google'];

/** The list, as the published file has it: the first declaration, before the table of units. */
const LIST = /^const (\w+) = \[\n[\s\S]*?\n\](?=, \w+ = \{\n {2}audio_seconds: \{)/;

/** The table of units is made as the module loads, although only `calcPrice` needs it: a call that can be left out. */
const UNITS = /(\nconst \w+ = )(?=new \w+\(\w+\);\nfunction )/;

export const claudePricesOnly = {
  name: 'claude-prices-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /@pydantic[/\\]genai-prices[/\\]dist[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!LIST.test(source) || !UNITS.test(source)) {
        throw new Error(`${path} is not written as it was: see scripts/claude-prices.mjs`);
      }
      const list = JSON.stringify(platforms.map(claudeAlone));
      const contents = source
        .replace(LIST, (_, name) => `const ${name} = ${list}`)
        .replace(UNITS, '$1/* @__PURE__ */ ');
      return { contents, loader: 'js' };
    });
  },
};

/** What `calcPrice` reads of a provider that it is asked for by id. */
function claudeAlone(providerId) {
  const provider = findProvider({ providerId });
  if (provider === undefined) throw new Error(`the price list has no provider "${providerId}"`);
  const { id, name, api_pattern, model_match, provider_match, fallback_model_providers, models } = provider;
  return {
    id, name, api_pattern, model_match, provider_match, fallback_model_providers,
    models: models.filter(isClaude).map(({ id, match, prices }) => ({ id, match, prices })),
  }; // prettier-ignore
}

function isClaude({ id, match }) {
  return /claude/i.test(id) || /claude/i.test(JSON.stringify(match));
}
