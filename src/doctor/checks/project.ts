// The files of the project in the current folder: do they try what no project may decide?
import { PROJECT_WISHES, readProjectFile } from '../../config/project-file.ts';
import { takesAway } from '../../config/switches.ts';
import { join } from 'node:path';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { envOf } from '../settings-files.ts';
import { shownList, shownPath } from '../shown.ts';

export const projectCheck = defineCheck({
  name: 'project',
  holds: 'The project in this folder does not try to choose where data goes',
  findings: {
    'project-sets-variables':
      "The `env` block of the project's settings sets variables that would say where data goes or how programs run. Turnspan ignores them; Claude Code may not.",
    'project-file-ignored':
      "The project's `.turnspan.json` has keys that no project may decide, or that cannot be read. They are ignored.",
  },
  run: ({ settings, cwd, places: { home } }) => {
    const findings: Finding<'project-sets-variables' | 'project-file-ignored'>[] = [];
    for (const file of settings.filter(({ scope }) => scope === 'project' || scope === 'local')) {
      const names = [...envOf(file)]
        .filter(
          ([name, value]) => STEERING.test(name) && !PROJECT_WISHES.includes(name) && !takesAway(name, value),
        )
        .map(([name]) => name);
      if (names.length === 0) continue;
      const path = shownPath(file.path, home);
      findings.push({
        name: 'project-sets-variables',
        level: 'warning',
        title: `${path} sets ${shownList(names)}`,
        detail:
          'Turnspan ignores that: a project cannot choose where data goes. Claude Code and what it starts may take it.',
        remedy: `If you trust the project, set it in your shell or your own settings; else take it out of ${path}`,
      });
    }
    const path = join(cwd, '.turnspan.json');
    const ignored = readProjectFile(cwd).ignored.map((key) =>
      /^[\w.$-]{1,40}$|^\(the file /.test(key) ? key : '(another key)',
    );
    if (ignored.length > 0) {
      findings.push({
        name: 'project-file-ignored',
        level: 'warning',
        title: `${shownPath(path, home)} says what no project may decide, or cannot be read: ${shownList([...new Set(ignored)])}`,
        detail:
          'A project may switch off, lower the content level, add tags, and pick one of your destinations by name.',
        remedy: `Take that out of ${shownPath(path, home)}, and put it into your own config file`,
      });
    }
    return findings;
  },
});

/** Where data goes, which keys go along, what Node loads and trusts, and where programs and settings are looked for. */
const STEERING =
  /^(OTEL_.*|TURNSPAN_.*|CLAUDE_CODE_ENABLE_TELEMETRY|CLAUDE_CONFIG_DIR|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_(FILE|DIR)|(HTTPS?|ALL|NO)_PROXY|https?_proxy|all_proxy|no_proxy|TRACEPARENT|TRACESTATE|HOME|XDG_.*|PATH|LD_PRELOAD|DYLD_INSERT_LIBRARIES)$/;
