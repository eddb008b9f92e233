// The real Phoenix on free ports of loopback and a folder of its own, sending nothing home; and its GraphQL API.
// Always: started again in its place, it has the same ports and what it kept.
import { freePorts } from './ports.ts';
import { program } from './programs.ts';
import { start, type Running } from './running.ts';
import { byId, type LlmSpan } from './llm-span.ts';

export interface Phoenix extends Running {
  /** `http://127.0.0.1:PORT`: OTLP/HTTP, the API and the page. */
  readonly url: string;
}

/** Where it listens and keeps its database. */
export interface PhoenixPlace {
  readonly folder: string;
  readonly ports: readonly number[];
}

/** A place for a Phoenix in `folder`. */
export async function phoenixPlace(folder: string): Promise<PhoenixPlace> {
  return { folder, ports: await freePorts(2) };
}

export async function startPhoenix({ folder, ports: [http, grpc] }: PhoenixPlace): Promise<Phoenix> {
  const url = `http://127.0.0.1:${http!}`;
  const running = await start({
    command: program('phoenix'),
    args: ['serve'],
    env: {
      PHOENIX_HOST: '127.0.0.1',
      PHOENIX_PORT: String(http),
      PHOENIX_GRPC_PORT: String(grpc),
      PHOENIX_WORKING_DIR: folder,
      PHOENIX_TELEMETRY_ENABLED: 'false',
      PHOENIX_ALLOW_EXTERNAL_RESOURCES: 'false',
    },
    cwd: folder,
    readyUrl: `${url}/healthz`,
    // It loads for 10 s on a quiet machine.
    readyMs: 150_000,
  });
  return { ...running, url };
}

/** A span as Phoenix tells it. */
export interface PhoenixSpan extends LlmSpan {
  /** By Phoenix's own prices; undefined where it has none. */
  readonly cost: number | undefined;
  /** As its lists show them. */
  readonly input: string | undefined;
  readonly output: string | undefined;
}

/** All spans of a project in the order of their ids; none where there is no such project. */
export async function spansOfProject(url: string, project: string): Promise<readonly PhoenixSpan[]> {
  const { getProjectByName: found } = JSON.parse(await answerOf(url, project)) as Answer; // Phoenix's own answer
  return byId((found?.spans.edges ?? []).map(({ node }) => read(node)));
}

/** Everything that Phoenix says of a project's spans, as it says it. */
export async function answerOf(url: string, project: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { project } }),
  });
  if (!response.ok) throw new Error(`Phoenix answers ${response.status}: ${await response.text()}`);
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }; // GraphQL's envelope
  if (errors !== undefined) throw new Error(`Phoenix answers ${JSON.stringify(errors)}`);
  return JSON.stringify(data);
}

const QUERY = `query ($project: String!) {
  getProjectByName(name: $project) {
    spans(first: 1000) {
      edges {
        node {
          name spanKind statusCode statusMessage startTime endTime parentId
          context { traceId spanId }
          tokenCountPrompt tokenCountCompletion tokenPromptDetails { cacheRead cacheWrite }
          costSummary { total { cost } }
          trace { session { sessionId } }
          input { value } output { value }
          attributes metadata events { name message attributes }
        }
      }
    }
  }
}`;

interface Answer {
  readonly getProjectByName: { readonly spans: { readonly edges: readonly { node: Node }[] } } | null;
}

interface Node {
  readonly name: string;
  readonly spanKind: string;
  readonly statusCode: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly parentId: string | null;
  readonly context: { readonly traceId: string; readonly spanId: string };
  readonly tokenCountPrompt: number | null;
  readonly tokenCountCompletion: number | null;
  readonly tokenPromptDetails: { readonly cacheRead: number | null; readonly cacheWrite: number | null };
  readonly costSummary: { readonly total: { readonly cost: number | null } } | null;
  readonly trace: { readonly session: { readonly sessionId: string } | null };
  readonly input: { readonly value: string } | null;
  readonly output: { readonly value: string } | null;
}

function read(node: Node): PhoenixSpan {
  const { context, name, parentId, spanKind, tokenPromptDetails: details } = node;
  return {
    id: context.spanId,
    traceId: context.traceId,
    parentId,
    name,
    kind: spanKind === 'agent' || spanKind === 'llm' || spanKind === 'tool' ? spanKind : 'other',
    isError: node.statusCode === 'ERROR',
    startMs: Date.parse(node.startTime),
    endMs: Date.parse(node.endTime),
    session: node.trace.session?.sessionId,
    tokens:
      node.tokenCountPrompt === null
        ? undefined
        : {
            prompt: node.tokenCountPrompt,
            completion: node.tokenCountCompletion ?? 0,
            cacheRead: details.cacheRead ?? 0,
            cacheWrite: details.cacheWrite ?? 0,
          },
    cost: node.costSummary?.total.cost ?? undefined,
    input: node.input?.value,
    output: node.output?.value,
  };
}
