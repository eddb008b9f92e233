// In: a decoded ExportLogsServiceRequest. Out: its log records as plain rows, and what had to be refused.
// Always: invalid trace or span ids are left out and cost nothing else, as the specification allows records without.
import type { ExportLogsServiceRequest } from './proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import type { LogRecord } from './proto/opentelemetry/proto/logs/v1/logs_pb.ts';
import type { LogRow, Origin, Taken } from '../model.ts';
import { anyValueToJson, attributesToJson } from './any-value.ts';
import { idToHex, isStorableTime } from './ids.ts';
import { originOf, resourceToJson } from './origin.ts';

/** All log records of the request, in its order. */
export function takeLogs(request: ExportLogsServiceRequest): Taken<LogRow> {
  const rows: LogRow[] = [];
  let rejected = 0;
  for (const { resource: message, scopeLogs } of request.resourceLogs) {
    const resource = resourceToJson(message);
    for (const { scope, logRecords } of scopeLogs) {
      const origin = originOf(resource, scope);
      for (const record of logRecords) {
        if (isStorableTime(record.timeUnixNano) && isStorableTime(record.observedTimeUnixNano)) {
          rows.push(toRow(record, origin));
        } else {
          rejected++;
        }
      }
    }
  }
  return { rows, rejected, reason: rejected === 0 ? '' : 'invalid time: after the year 2262' };
}

function toRow(record: LogRecord, origin: Origin): LogRow {
  return {
    ...origin,
    // OTLP's 0 means "not known".
    timeUnixNano: record.timeUnixNano || null,
    observedUnixNano: record.observedTimeUnixNano || null,
    severityNumber: record.severityNumber,
    severityText: record.severityText.toWellFormed(),
    eventName: record.eventName.toWellFormed(),
    body: anyValueToJson(record.body),
    attributes: attributesToJson(record.attributes),
    traceId: idToHex(record.traceId, 16),
    spanId: idToHex(record.spanId, 8),
    flags: record.flags,
  };
}
