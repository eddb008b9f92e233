// `npm run backends [-- NAME…]`: builds or installs the real backends into the cache folder, those that are not there yet.
// In: the pins beside this file. Out: executables alone; what building needs (9 GB of modules) lies in a folder of its own
// that is removed in the end.
// Always: a program is moved into its place whole, or marked when it is; a failure names the program and the remedy, and the
// others are built all the same.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, executableOf, folderOf, markOf, pinned, programs } from './programs.mjs';

const BUILDER = 'go.opentelemetry.io/collector/cmd/builder';

/** The names by what became of them: `there`, `unavailable` (a registry or a tool is not to be had here) or `failed`. */
export function buildBackends(names) {
  const work = { folder: undefined };
  const outcome = { there: [], unavailable: [], failed: [] };
  try {
    for (const name of names) outcome[outcomeOf(name, work)].push(name);
    return outcome;
  } finally {
    removeWork(work);
  }
}

function outcomeOf(name, work) {
  if (executableOf(name) !== undefined) {
    console.log(`${name} ${programs[name].version}: there, ${executableOf(name)}`);
    return 'there';
  }
  const started = Date.now();
  console.log(`${name} ${programs[name].version}: is made, some minutes …`);
  try {
    make(name, work);
    writeFileSync(markOf(name), '');
    console.log(`${name} ${programs[name].version}: made in ${Math.round((Date.now() - started) / 1000)} s`);
    return 'there';
  } catch (error) {
    rmSync(folderOf(name), { recursive: true, force: true });
    console.error(`${name} ${programs[name].version}: could not be made. ${error.message}`);
    return NOT_HERE.test(error.message) ? 'unavailable' : 'failed';
  }
}

function make(name, work) {
  const program = programs[name];
  const folder = folderOf(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  switch (program.kind) {
    case 'collector':
      return makeCollector(program, folder, workFolder(work));
    case 'module':
      return makeModule(name, program, folder, workFolder(work));
    case 'python':
      return makePython(program, folder);
  }
}

/** The builder writes a Go module from the manifest and compiles it. */
function makeCollector({ version, pins, file }, folder, work) {
  const env = goEnvironment(work);
  run('go', ['install', `${BUILDER}@v${version}`], work, env);
  const sources = join(work, 'otelcol');
  const manifest = join(work, 'manifest.yaml');
  const text = readFileSync(pinned(pins[0]), 'utf8');
  writeFileSync(manifest, text.replace(/^dist:$/m, `dist:\n  output_path: ${JSON.stringify(sources)}`));
  run(join(work, 'bin', 'builder'), ['--config', manifest], work, env);
  place(join(sources, 'otelcol'), join(folder, file));
}

/** A module of one's own that names the program as a tool: `go install` refuses both, for their `replace` lines. */
function makeModule(name, { pins, package: main, tags = '', file }, folder, work) {
  const sources = join(work, name);
  mkdirSync(sources);
  for (const pin of pins) copyFileSync(pinned(pin), join(work, pin));
  // -mod=readonly is the default: what is not in go.sum is an error, and nothing is asked that go.sum answers.
  const output = join(sources, 'made');
  const options = ['-trimpath', '-tags', tags, '-ldflags', '-s -w'];
  run('go', ['build', ...options, '-o', output, main], sources, goEnvironment(work));
  place(output, join(folder, file));
}

/** A virtual environment cannot be moved, so it is made in its place; the mark says when it is whole. */
function makePython({ pins }, folder) {
  const venv = join(folder, 'venv');
  run('python3', ['-m', 'venv', venv], folder);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-cache-dir',
    '--no-deps',
  ];
  run(join(venv, 'bin', 'python'), [...pip, '-r', pinned(pins[0])], folder);
}

function place(from, to) {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function workFolder(work) {
  work.folder ??= mkdtempSync(join(cacheFolder(), 'backends', 'work-'));
  return work.folder;
}

function removeWork({ folder }) {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/** Modules and compiled packages of this run alone, removable like any folder. */
function goEnvironment(work) {
  return {
    GOBIN: join(work, 'bin'),
    GOMODCACHE: join(work, 'modules'),
    GOCACHE: join(work, 'compiled'),
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  };
}

/** What registries and networks say when something is not to be had. A wrong checksum or code that does not compile is none of it. */
const NOT_HERE =
  / is needed \(|: [45]\d\d [A-Z]\w+|no such host|dial tcp|i\/o timeout|TLS handshake timeout|connection re(fused|set)|No matching distribution|Could not find a version|name resolution/;

const NEEDS = {
  go: 'Go 1.26 or newer is needed (https://go.dev/dl)',
  python3: 'Python 3.11 or newer is needed (with its venv module)',
};

function run(command, args, cwd, env = {}) {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined)
    throw new Error(`${NEEDS[command] ?? `${command} does not start`}: ${error.message}`);
  if (status === 0) return;
  const told = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '' && !line.includes('downloading'));
  throw new Error(
    `"${command} ${args.slice(0, 2).join(' ')}" ended with ${status}:\n${told.slice(-15).join('\n')}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in programs));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}. Known: ${Object.keys(programs).join(', ')}.`);
    process.exitCode = 2;
  } else {
    const { unavailable, failed } = buildBackends(asked.length > 0 ? asked : Object.keys(programs));
    if (unavailable.length + failed.length > 0) process.exitCode = 1;
  }
}
