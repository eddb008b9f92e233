// In: OTLP's AnyValue and KeyValue messages. Out: JSON values.
// Always: nothing is lost that JSON can say. Integers past 2^53 and non-finite doubles become strings, bytes become
// base64, as in the JSON form of OTLP. Strings are well-formed Unicode, so that every store takes them.
import type { AnyValue, KeyValue } from './proto/opentelemetry/proto/common/v1/common_pb.ts';
import type { Json, JsonObject } from '../model.ts';

/** Attributes as one JSON object. A key that comes twice keeps its last value. */
export function attributesToJson(attributes: readonly KeyValue[]): JsonObject {
  // fromEntries defines own properties, so that a key named `__proto__` is a key like any other.
  return Object.fromEntries(attributes.map(({ key, value }) => [key.toWellFormed(), anyValueToJson(value)]));
}

/** One value; an empty one is `null`. */
export function anyValueToJson(message: AnyValue | undefined): Json {
  const value = message?.value;
  switch (value?.case) {
    case 'stringValue':
      return value.value.toWellFormed();
    case 'boolValue':
      return value.value;
    case 'intValue':
      return integerToJson(value.value);
    case 'doubleValue':
      return doubleToJson(value.value);
    case 'arrayValue':
      return value.value.values.map(anyValueToJson);
    case 'kvlistValue':
      return attributesToJson(value.value.values);
    case 'bytesValue':
      return Buffer.from(value.value).toString('base64');
    case 'stringValueStrindex': // an index into a table that only profiles have
    case undefined:
      return null;
  }
}

/** A 64-bit integer: a number as long as that is exact, else its decimal digits. */
export function integerToJson(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A double; `NaN` and the infinities as the strings that proto3's JSON form uses. */
export function doubleToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
