// The real backends that the tests run: name, version, and where each lies in the cache folder.
// Always: a program's folder is named after all that decides it (`pins`): another pin is another folder, and what lies in
// one with a `whole` mark is complete.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** By name; `pins` are files of this folder, `file` is the executable in the program's folder. */
export const programs = {
  otelcol: { kind: 'collector', version: '0.159.0', pins: ['otelcol/manifest.yaml'], file: 'otelcol' },
  'otelcol-gateway': {
    kind: 'collector',
    version: '0.159.0',
    pins: ['otelcol-gateway/manifest.yaml'],
    file: 'otelcol',
  },
  // Module version 1.76.0 is Jaeger 2.13: its modules cannot be numbered v2.
  jaeger: {
    kind: 'module',
    version: '1.76.0',
    pins: ['jaeger/go.mod', 'jaeger/go.sum'],
    package: 'github.com/jaegertracing/jaeger/cmd/jaeger',
    file: 'jaeger',
  },
  // Module version 0.315.0 is Prometheus 3.15.
  prometheus: {
    kind: 'module',
    version: '0.315.0',
    pins: ['prometheus/go.mod', 'prometheus/go.sum'],
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    // Without the clients of two dozen clouds, which find targets there: half of the build.
    tags: 'remove_all_sd',
    file: 'prometheus',
  },
  phoenix: {
    kind: 'python',
    version: '20.26.1',
    pins: ['phoenix/requirements.txt'],
    file: 'venv/bin/phoenix',
  },
  mlflow: { kind: 'python', version: '3.17.2', pins: ['mlflow/requirements.txt'], file: 'venv/bin/mlflow' },
};

/** `TURNSPAN_CACHE`, else the user's cache folder; the real clients of `npm run test:real` lie there too. */
export function cacheFolder() {
  const { TURNSPAN_CACHE: own, XDG_CACHE_HOME: users } = process.env;
  return own ?? join(users ?? join(homedir(), '.cache'), 'turnspan-test');
}

/** The folder that a program lies in, or will. */
export function folderOf(name) {
  const { version, pins, tags = '' } = programs[name];
  const hash = createHash('sha256').update(tags);
  for (const pin of pins) hash.update(readFileSync(join(here, pin)));
  return join(cacheFolder(), 'backends', `${name}-${version}-${hash.digest('hex').slice(0, 12)}`);
}

/** A pinned file of a program. */
export function pinned(pin) {
  return join(here, pin);
}

/** The mark that a program's folder is complete. */
export function markOf(name) {
  return join(folderOf(name), 'whole');
}

/** The executable; undefined where it is not built. */
export function executableOf(name) {
  return existsSync(markOf(name)) ? join(folderOf(name), programs[name].file) : undefined;
}
