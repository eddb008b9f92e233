// Where the collector tells what it did: one event with named fields a call. No content and no path goes in here.

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CollectorLog {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export const silentLog: CollectorLog = { info: () => {}, warn: () => {}, error: () => {} };
