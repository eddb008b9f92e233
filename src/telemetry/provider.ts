// In: the id of a response. Out: who answered.
import { constant, type SafeText } from '../privacy/safe-text.ts';

/** Told by the message id: other platforms put their mark into it. */
export function providerOf(messageId: string | undefined): SafeText {
  if (messageId?.startsWith('msg_bdrk_') === true) return constant('aws.bedrock');
  if (messageId?.startsWith('msg_vrtx_') === true) return constant('gcp.vertex_ai');
  return constant('anthropic');
}
