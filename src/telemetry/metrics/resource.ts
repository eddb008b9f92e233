// In: what the user set for the resource, and a maker of instance ids. Out: the resource attributes of metrics.
// Always: no two resources have one `service.instance.id`, because Prometheus keeps only that and the service's name of a
// resource. No version is in it, neither the client's nor ours: an update would end every series and begin another. The client's
// version can be switched on as an attribute; spans have both.
import { constant, type SafeText } from '../../privacy/safe-text.ts';
import type { ResourceSettings } from '../source.ts';
import { attributesKey } from './series.ts';

/**
 * The attributes. `instanceOf` joins the installation's id with a hash of its text, which stands for all the other
 * attributes. A `service.instance.id` of the user's own stays what it is.
 */
export function metricResource(
  settings: ResourceSettings,
  instanceOf: (others: string) => SafeText,
): Readonly<Record<string, SafeText>> {
  const others = {
    'service.name': constant('claude-code'),
    'telemetry.distro.name': constant('turnspan'),
    ...settings.attributes,
    ...(settings.serviceName === undefined ? {} : { 'service.name': settings.serviceName }),
  };
  return { 'service.instance.id': instanceOf(attributesKey(others)), ...others };
}
