/** Names under which the registry of Docker is known; an image without a host lies there. */
const dockerHub: ReadonlySet<string> = new Set(
  ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com', 'auth.docker.io'].map(
    (host) => `${host}:443`,
  ),
);
const hubName = 'docker.io:443';

/** The part of an image's name before the first `/`, where it is a host as Docker understands it. */
export function registryHostOf(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()) ? first : undefined;
}

/** The name of an image without tag and digest: of one place in a registry. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');

/** Whether an image lies in the registry of an endpoint: the engine sends credentials wherever the image's name leads. */
export function isInRegistry(image: string, endpointUrl: string): boolean {
  if (!URL.canParse(endpointUrl)) return false;
  const { protocol, hostname, port } = new URL(endpointUrl);
  const usual = protocol === 'http:' ? '80' : '443';
  const registry = knownAs(`${hostname.toLowerCase()}:${port || usual}`);
  const host = registryHostOf(image)?.toLowerCase();
  if (host === undefined) return registry === hubName;
  return knownAs(/:\d+$/.test(host) ? host : `${host}:${usual}`) === registry;
}

const knownAs = (place: string): string => (dockerHub.has(place) ? hubName : place);
