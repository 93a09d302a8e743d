import { assert } from 'chai';
import { isInRegistry, repositoryOf } from './image-registry.js';

describe('E2 whether an image lies in the registry of an endpoint', () => {
  // prettier-ignore
  const cases: ReadonlyArray<readonly [isThere: boolean, url: string, image: string]> = [
    [true,  'https://registry.example.org',       'registry.example.org/team/tool:1'],
    [true,  'https://Registry.Example.org/v2/',   'registry.example.org/tool'],
    [true,  'https://registry.example.org',       'registry.example.org:443/tool@sha256:abc'],
    [true,  'https://registry.example.org:5000',  'registry.example.org:5000/tool'],
    [true,  'http://registry.example.org',        'registry.example.org:80/tool'],
    [true,  'http://[::1]:5000',                  '[::1]:5000/tool'],
    [true,  'https://index.docker.io/v1/',        'tool'],
    [true,  'https://docker.io',                  'team/tool:2'],
    [true,  'https://docker.io',                  'registry-1.docker.io/team/tool:2'],
    [true,  'http://localhost:5000',              'localhost:5000/tool'],
    [false, 'https://registry.example.org',       'evil.example/registry.example.org/tool'],
    [false, 'https://registry.example.org',       'registry.example.org.evil.example/tool'],
    [false, 'https://registry.example.org',       'registry.example.org:5000/tool'],
    [false, 'https://registry.example.org',       'registry.example.org:80/tool'],
    [false, 'http://registry.example.org',        'registry.example.org:443/tool'],
    [false, 'https://registry.example.org',       'tool'],
    [false, 'https://registry.example.org',       'registry.example.org'],
    [false, 'https://registry.example.org',       'team/tool'],
    [false, 'https://registry.example.org',       'EVIL/tool'],
    [false, 'https://localhost',                  'evil/tool'],
    [false, 'https://docker.io',                  'ghcr.io/team/tool'],
    [false, 'https://docker.io.evil.example',     'team/tool'],
    [false, 'not an address',                     'tool'],
  ];
  for (const [isThere, url, image] of cases) it(`${image} in ${url}`, () => assert.equal(isInRegistry(image, url), isThere));

  it('names a repository without tag and digest', () => {
    const names = ['r:5000/a/b:1', 'r:5000/a/b@sha256:0', 'r:5000/a/b:1@sha256:0', 'r:5000/a/b', 'a', 'a:${TAG}'].map(repositoryOf);
    assert.deepEqual(names, ['r:5000/a/b', 'r:5000/a/b', 'r:5000/a/b', 'r:5000/a/b', 'a', 'a']);
  });
});
