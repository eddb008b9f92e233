// Reads the imports of every source file and holds them to the table of `src/README.md`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typesOnly: boolean;
  readonly dynamic: boolean;
}

interface Rule {
  readonly rooms: readonly string[];
  readonly typesOf: readonly string[];
  readonly packages: readonly RegExp[];
}

const otel = /^@opentelemetry\//;
const zod = /^zod$/;
const proxies = /^https?-proxy-agent$/;
const prices = /^@pydantic\/genai-prices$/;
const jsonc = /^jsonc-parser$/;
const grpc = /^@grpc\/grpc-js$/;
const protobuf = /^@bufbuild\/protobuf(\/wire)?$/;

/** The table, read from the document itself, so that it cannot say something else. */
function rulesOfReadme(): Map<string, Rule> {
  const table = readFileSync(join(root, 'src/README.md'), 'utf8').split('\n');
  const rules = new Map<string, Rule>();
  for (const row of table) {
    const cells = row.split('|').map((cell) => cell.trim());
    const room = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1];
    if (room === undefined || room === 'cli' || room === 'collector') continue;
    const named = [...(cells[2] ?? '').matchAll(/`(\w+)`( \(types\))?/g)];
    rules.set(room, {
      rooms: named.filter((match) => match[2] === undefined).map((match) => match[1]!),
      typesOf: named.map((match) => match[1]!),
      packages: [
        ...((cells[3] ?? '').includes('zod') ? [zod] : []),
        ...((cells[3] ?? '').includes('jsonc-parser') ? [jsonc] : []),
        ...((cells[3] ?? '').includes('@grpc/grpc-js') ? [grpc] : []),
        ...((cells[3] ?? '').includes('@bufbuild/protobuf') ? [protobuf] : []),
        ...((cells[3] ?? '').includes('https-proxy-agent') ? [proxies] : []),
        ...((cells[3] ?? '').includes('@opentelemetry') ? [otel] : []),
        ...((cells[3] ?? '').includes('@pydantic/genai-prices') ? [prices] : []),
      ],
    });
  }
  return rules;
}

const pure = ['src/privacy/', 'src/session/', 'src/telemetry/', 'collector/query/'];
const files = [...walk(join(root, 'src')), ...walk(join(root, 'collector'))];
const imports = files.flatMap(importsOf);
const rules = rulesOfReadme();

describe('who may import whom', () => {
  it('knows every room of src', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect([...rules.keys(), 'cli'].sort()).toEqual(rooms.sort());
  });

  it('lets each room import what the table allows, and nothing else', () => {
    const offences = imports.filter((one) => {
      const room = roomOf(one.from);
      const rule = room === undefined ? undefined : rules.get(room);
      return rule !== undefined && !isAllowed(one, room!, rule);
    });
    expect(offences).toEqual([]);
  });

  it('keeps the roots out of the rooms, and the command line out of the roots', () => {
    const offences = imports.filter(({ from, specifier }) => {
      const target = targetOf(from, specifier);
      if (target === undefined || !from.startsWith('src/')) return false;
      const toRoot = /^src\/[^/]+\.ts$/.test(target);
      const fromRoot = /^src\/[^/]+\.ts$/.test(from);
      return (toRoot && !fromRoot && roomOf(from) !== 'cli') || (fromRoot && target.startsWith('src/cli/'));
    });
    expect(offences).toEqual([]);
  });

  it('keeps the library apart: nothing imports it, and it loads neither the worker nor the sending side', () => {
    expect(imports.filter(({ from, specifier }) => targetOf(from, specifier) === 'src/index.ts')).toEqual([]);
    const loaded = new Set(['src/index.ts']);
    for (const file of loaded) {
      for (const { from, specifier, typesOnly } of imports) {
        const target = from === file && !typesOnly ? targetOf(from, specifier) : undefined;
        if (target !== undefined) loaded.add(target);
      }
    }
    const rooms = new Set([...loaded].flatMap((file) => roomOf(file) ?? []));
    expect([...rooms].sort()).toEqual(['platform', 'privacy', 'session', 'state', 'telemetry', 'transcript']);
  });

  it('keeps the collector and src apart, but for the command that starts it', () => {
    const offences = imports.filter(({ from, specifier, dynamic }) => {
      const target = targetOf(from, specifier);
      if (from.startsWith('collector/')) return target?.startsWith('src/') === true;
      return target?.startsWith('collector/') === true && !(from === 'src/cli/collector.ts' && dynamic);
    });
    expect(offences).toEqual([]);
  });

  it('gives pure rooms no file, clock or network', () => {
    const offences = imports.filter(
      ({ from, specifier }) =>
        pure.some((room) => from.startsWith(room)) &&
        specifier.startsWith('node:') &&
        !(from === 'src/telemetry/ids.ts' && specifier === 'node:crypto'),
    );
    expect(offences).toEqual([]);
    const clocks = files
      .map((file) => relative(root, file))
      .filter((file) => pure.some((room) => file.startsWith(room)))
      .filter((file) =>
        /Date\.now|new Date\(\)|performance\.now|process\.|fetch\(/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(clocks).toEqual([]);
  });

  it('loads the native database nowhere but in the store of the collector, and late', () => {
    const users = imports.filter(
      ({ specifier, typesOnly }) => specifier === '@duckdb/node-api' && !typesOnly,
    );
    expect(users.filter(({ from, dynamic }) => !from.startsWith('collector/store/') || !dynamic)).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });
});

function isAllowed(one: Import, room: string, rule: Rule): boolean {
  const { specifier, typesOnly } = one;
  if (specifier.startsWith('node:')) return true;
  const target = targetOf(one.from, specifier);
  if (target === undefined) return rule.packages.some((name) => name.test(specifier));
  const other = roomOf(target);
  if (other === room) return true;
  if (other === undefined) return false;
  return rule.rooms.includes(other) || (typesOnly && rule.typesOf.includes(other));
}

function roomOf(file: string): string | undefined {
  return /^src\/(\w+)\//.exec(file)?.[1];
}

function targetOf(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(from), specifier)) : undefined;
}

function importsOf(file: string): Import[] {
  const from = relative(root, file);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
      const clause = ts.isImportDeclaration(node) ? node.importClause : node;
      const named = clause !== undefined && 'namedBindings' in clause ? clause.namedBindings : undefined;
      const allTypes =
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.every((element) => element.isTypeOnly);
      const declared = ts.isExportDeclaration(node)
        ? node.isTypeOnly
        : node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ from, specifier, typesOnly: declared || allTypes, dynamic: false });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) {
        found.push({ from, specifier: argument.text, typesOnly: false, dynamic: true });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return path.endsWith('.ts') && !path.includes('/proto/') ? [path] : [];
  });
}
