// `turnspan export`: a transcript as OTLP, once, without hook and state.
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { DIALECTS } from '../config/dialect.ts';
import { readUserConfig } from '../config/user-config.ts';
import { userConfigFile } from '../config/user-config-place.ts';
import { contentLevelOf, exportTarget } from './export-destination.ts';
import { findTranscripts } from './find-transcripts.ts';
import { exportSessions } from '../export-sessions.ts';
import { lineLog, type Log } from '../platform/log.ts';
import type { PriceOverride } from '../telemetry/cost/overrides.ts';
import { pricing } from '../telemetry/cost/pricing.ts';
import { UsageError, type Command } from './command.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Send a recorded session to an OTLP backend, or write it to a file',
  usage: [
    'Usage: turnspan export TRANSCRIPT [--file OUT.jsonl] [--endpoint URL] [--content none|full]',
    '                                  [--whole-input] [--dialect NAME]',
    '',
    '  TRANSCRIPT       a session: its .jsonl file or its folder; or a folder with several',
    '  --file FILE      write one OTLP/JSON request a line, as the file exporter of the OpenTelemetry Collector does',
    '  --endpoint URL   send to this OTLP endpoint (default: OTEL_EXPORTER_OTLP_ENDPOINT, else http://localhost:4318)',
    '  --content LEVEL  none: numbers, ids, names and outcomes; full: texts too (default: TURNSPAN_CONTENT, else none)',
    '  --whole-input    with --content full: each request with its whole conversation, where the client recorded it (2.1.329)',
    `  --dialect NAME   beside the base attributes those that one backend reads: ${DIALECTS.join(', ')}`,
  ].join('\n'),
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        endpoint: { type: 'string' },
        content: { type: 'string' },
        'whole-input': { type: 'boolean' },
        dialect: { type: 'string' },
      },
    });
    const [path, ...rest] = positionals;
    if (path === undefined) throw new UsageError('name a transcript or a session folder');
    if (rest.length > 0) throw new UsageError(`one transcript at a time: what is "${rest[0] ?? ''}"?`);
    if (values.file !== undefined && values.endpoint !== undefined) {
      throw new UsageError('--file and --endpoint exclude each other');
    }
    const content = contentLevelOf(values.content, process.env);
    const wholeInput = values['whole-input'] === true;
    if (wholeInput && content !== 'full') throw new UsageError('--whole-input needs --content full');
    const dialect = DIALECTS.find((name) => name === values.dialect);
    if (dialect !== values.dialect) throw new UsageError(`--dialect: write one of ${DIALECTS.join(', ')}`);
    const transcripts = findTranscripts(path);
    const log = lineLog((line) => process.stderr.write(line));
    const { targets = [], resource } = exportTarget(values, content, process.env, log) ?? {};
    const costOf = pricing(ownPrices(log));
    let exitCode = 0;
    for (const target of targets) {
      const summary = await exportSessions(transcripts, {
        content,
        wholeInput,
        dialect,
        costOf,
        log,
        target,
        resource,
      });
      const { sessions, spans, tooOld = 0, problem } = summary;
      const said = `${spans} spans of ${sessions} ${sessions === 1 ? 'session' : 'sessions'} exported`;
      // Standard output is the console's: lines of OTLP/JSON, and nothing else.
      if (targets.some((one) => typeof one !== 'string' && one.transport === 'console')) console.error(said);
      else console.log(said);
      if (tooOld > 0)
        console.error(`turnspan export: ${tooOld} spans are too old for this backend: not sent`);
      if (problem === undefined) continue;
      console.error(`turnspan export: ${problem}`);
      exitCode = 1;
    }
    return exitCode;
  },
};

/** The user's own prices. A config file that cannot be read is told, and the list counts. */
function ownPrices(log: Log): readonly PriceOverride[] {
  const config = readUserConfig(userConfigFile(homedir(), process.env));
  if (config.status === 'read') return config.content.prices ?? [];
  log.warn('configuration', { why: config.why, consequence: 'prices are those of the list' });
  return [];
}
