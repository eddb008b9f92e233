// The judge: holds a trace to the truth. In: the evidence of one run. Out: every fault by name; none means that the trace is right.
// Always: pure, and made of nothing but what the server, the client and the backend saw.
import { judgeAgents } from './judge/agents.ts';
import { judgeCosts } from './judge/costs.ts';
import { judgeCounts } from './judge/counts.ts';
import type { Evidence, Fault } from './evidence.ts';
import { judgeGenerations } from './judge/generations.ts';
import { judgeLinks } from './judge/links.ts';
import { judgeMetrics } from './judge/metrics.ts';
import { judgeNativeMetrics } from './judge/native-metrics.ts';
import { judgeNative } from './judge/native.ts';
import { judgeTexts } from './judge/texts.ts';
import { judgeTimes } from './judge/times.ts';
import { judgeTools } from './judge/tools.ts';
import { judgeTrees } from './judge/trees.ts';
import { judgeTurns } from './judge/turns.ts';

export interface Manner {
  /** Whether our spans must lie in the traces of the client's own. */
  readonly merged: boolean;
}

export function judge(evidence: Evidence, manner: Manner): Fault[] {
  return [
    ...judgeGenerations(evidence),
    ...judgeTools(evidence),
    ...judgeAgents(evidence),
    ...judgeTurns(evidence),
    ...judgeTrees(evidence, manner),
    ...judgeLinks(evidence),
    ...judgeTexts(evidence),
    ...judgeTimes(evidence),
    ...judgeNative(evidence, manner),
    ...judgeCosts(evidence),
    ...judgeMetrics(evidence),
    ...judgeCounts(evidence),
    ...judgeNativeMetrics(evidence, manner),
  ];
}
