// A page was fetched: from where, with which HTTP status, how large.
import { Common, Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const webFetch: ToolExtractor = {
  tools: ['WebFetch'],
  describe: ({ input, result }) => ({
    facts: {
      [Common.httpStatus]: result.number('code'),
      [Tool.responseBytes]: result.number('bytes'),
    },
    texts: { [Common.urlFull]: withoutCredentials(result.text('url') ?? input.text('url')) },
  }),
};

/** As the convention of `url.full` asks for: no user and password, no value of the parameters that sign a URL. */
function withoutCredentials(url: string | undefined): string | undefined {
  return url
    ?.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1REDACTED:REDACTED@')
    .replace(/([?&](?:AWSAccessKeyId|Signature|sig|X-Goog-Signature)=)[^&#]*/g, '$1REDACTED');
}
