// A setting as it was decided, for people: `turnspan config` and `status` show these.
// Always: holds no secret. Of headers the names are shown, of addresses neither password nor query.

export interface Choice {
  /** `headers.authorization`, `content`, … */
  readonly setting: string;
  /** Of which destination; absent for what counts for all. */
  readonly destination?: string;
  readonly shown: string;
  /** `OTEL_EXPORTER_OTLP_ENDPOINT of the client's environment`, `config.json`, `default`. */
  readonly from: string;
}

/** An address without what may be a secret in it. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}
