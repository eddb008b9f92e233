// In: the values of the on and off switches. Out: what they mean.
// Always: in doubt, less leaves the machine. A value that can only take away (export off, content off) is honoured
// from wherever it comes, also from a project's files; `takesAway` tells which values these are.
import { CAPTURE_VARIABLE } from './variables.ts';

/** Whether `TURNSPAN_DISABLED` switches off: any value but the words for no. A user who misspells `true` means off. */
export function isSwitchedOff(value: string): boolean {
  return !['', '0', 'false', 'no', 'off'].includes(value.trim().toLowerCase());
}

/** A boolean as the OpenTelemetry specification has it: only `true`, in any case, is true. */
export function isOtelTrue(value: string): boolean {
  return value.trim().toLowerCase() === 'true';
}

/** The names in `OTEL_TRACES_EXPORTER` and its like, a list with commas. */
export function exporterNames(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** Whether this value of the ecosystem's content switch lets no content out, of no signal. */
export function capturesNothing(value: string): boolean {
  return ['false', 'no_content'].includes(value.trim().toLowerCase());
}

/** True when this variable with this value can only make less leave the machine. */
export function takesAway(variable: string, value: string): boolean {
  switch (variable) {
    case 'TURNSPAN_DISABLED':
      return isSwitchedOff(value);
    case 'TURNSPAN_CONTENT':
      return value.trim().toLowerCase() === 'none';
    case 'OTEL_SDK_DISABLED':
      return isOtelTrue(value);
    case CAPTURE_VARIABLE:
      return capturesNothing(value);
    case 'OTEL_TRACES_EXPORTER':
    case 'OTEL_METRICS_EXPORTER':
    case 'OTEL_LOGS_EXPORTER':
      return exporterNames(value).includes('none');
    default:
      return false;
  }
}
