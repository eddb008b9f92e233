// OTLP answers as a backend writes them.

/** `ExportTraceServiceResponse{partial_success{rejected_spans, error_message}}`; both below 100. */
export function partialSuccess(rejected: number, message: string): Uint8Array {
  const words = Buffer.from(message);
  const partial = Buffer.concat([Buffer.from([0x08, rejected, 0x12, words.length]), words]);
  return Buffer.concat([Buffer.from([0x0a, partial.length]), partial]);
}
