// In: the resource and scope messages that stand above the records of a request. Out: the origin of those records.
import type { InstrumentationScope } from './proto/opentelemetry/proto/common/v1/common_pb.ts';
import type { Resource } from './proto/opentelemetry/proto/resource/v1/resource_pb.ts';
import type { JsonObject, Origin } from '../model.ts';
import { attributesToJson } from './any-value.ts';

/** The resource's attributes, made once for all its scopes. */
export function resourceToJson(resource: Resource | undefined): JsonObject {
  return attributesToJson(resource?.attributes ?? []);
}

/** The origin of a scope's records; a missing scope has the name ''. */
export function originOf(resource: JsonObject, scope: InstrumentationScope | undefined): Origin {
  return {
    resource,
    scopeName: (scope?.name ?? '').toWellFormed(),
    scopeVersion: (scope?.version ?? '').toWellFormed(),
    scopeAttributes: attributesToJson(scope?.attributes ?? []),
  };
}
