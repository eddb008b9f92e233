// The only place that loads DuckDB: a native package, optional, and outside of every bundle.
import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export type { DuckDBConnection, DuckDBInstance };
export type Loaded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** Opens a database file, made if missing, or one in memory. A failure comes with its remedy, for the user to read. */
export async function openDatabase(file: string | undefined): Promise<Loaded<DuckDBInstance>> {
  const duckdb = await load();
  if (duckdb === null) {
    return {
      ok: false,
      message:
        'the collector keeps its data in DuckDB, which is not installed. Run: npm install @duckdb/node-api',
    };
  }
  try {
    return { ok: true, value: await duckdb.DuckDBInstance.create(file ?? ':memory:', SETTINGS) };
  } catch (error) {
    return { ok: false, message: explain(error, file ?? 'memory') };
  }
}

// Nothing may reach out to the network or to other files by itself.
const SETTINGS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  enable_external_access: 'false',
};

async function load(): Promise<typeof DuckDB | null> {
  try {
    return await import('@duckdb/node-api');
  } catch {
    return null;
  }
}

function explain(error: unknown, file: string): string {
  const text = error instanceof Error ? error.message : '';
  if (/lock/i.test(text))
    return `${file} is in use by another process. Stop that collector, or choose another file`;
  if (/not a valid DuckDB database|version number/i.test(text)) {
    return `${file} is no DuckDB database that this version can read. Choose another file`;
  }
  return `cannot open ${file}: check that its folder exists and that you may write there`;
}
