import type { Place } from './place.js';
import type { PublishedPort } from './service.js';
import { known, oneOf, type Reader, scalar, text, wholeNumber } from './values.js';

const mostPort = 65_535;
const protocol = oneOf('tcp', 'udp');

/** A published port, in Compose's short or long syntax. */
export const publishedPort: Reader<PublishedPort> = (value, place) =>
  typeof value === 'object' && value !== null ? long(value, place) : short(scalar(value, place), place);

function long(value: object, place: Place): PublishedPort {
  const fields = known(value, place, ['target', 'published', 'protocol', 'host_ip', 'mode']);
  return {
    host_ip: fields.host_ip === undefined ? '127.0.0.1' : text(fields.host_ip, place.at('host_ip')),
    published: port(fields.published ?? 0, 0, place.at('published')),
    target: port(fields.target, 1, place.at('target')),
    protocol: protocol(fields.protocol ?? 'tcp', place.at('protocol')),
  };
}

/** `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`; an IPv6 address stands in brackets. */
function short(value: string, place: Place): PublishedPort {
  const pattern = /^(?:(?:(\[[0-9a-f:.]+\]|[0-9.]+):)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/i;
  const [, address, published, target, kind = 'tcp'] = pattern.exec(value) ?? [];
  if (target === undefined) throw place.takes('a port like 127.0.0.1:8080:80, and no range', value);
  return {
    host_ip: address?.replace(/^\[|\]$/g, '') ?? '127.0.0.1',
    published: port(published || 0, 0, place),
    target: port(target, 1, place),
    protocol: protocol(kind.toLowerCase(), place),
  };
}

function port(value: unknown, min: number, place: Place): number {
  const number = wholeNumber(min)(value, place);
  if (number <= mostPort) return number;
  throw place.takes(`a port up to ${mostPort}`, value);
}
