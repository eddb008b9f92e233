// In: a response. Out: who sold it, and under which name.
// Always: told by the message id, into which other platforms put their mark, or by the form of the model's name.
import type { Generation } from '../../session/model.ts';

export type Platform = 'anthropic' | 'aws' | 'google';

export interface Offer {
  readonly platform: Platform;
  /** The model's name there, without what only the client puts to it. */
  readonly model: string;
}

/** `undefined` where nothing answered. */
export function offerOf({ messageId = '', model, requestedModel }: Generation): Offer | undefined {
  if (model === undefined) return undefined;
  if (messageId.startsWith('msg_bdrk_') || IN_BEDROCK.test(model)) {
    // The answer often leaves out the region, which has its price; what was asked for tells it.
    const name = IN_BEDROCK.test(model) ? model : (requestedModel ?? model);
    return { platform: 'aws', model: bare(IN_BEDROCK.test(name) ? name : model) };
  }
  const isVertex = messageId.startsWith('msg_vrtx_') || model.includes('@');
  return { platform: isVertex ? 'google' : 'anthropic', model: bare(model) };
}

/** `us.anthropic.claude-…`, also at the end of an ARN. */
const IN_BEDROCK = /(^|[./])anthropic\.claude-/;

/** Without the path of an ARN, and without `[1m]`, by which the client asks for a longer context. */
function bare(model: string): string {
  return model.replace(/^arn:.*\//, '').replace(/\[\d+m\]$/i, '');
}
