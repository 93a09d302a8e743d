import { expect } from 'chai';
import { gitFault, wordsOf, type GitFaultKind } from './git-fault.js';

describe('B8 the reason of a failed checkout', () => {
  it('leaves progress out, however much there is', () => {
    const progress = Array.from({ length: 400 }, (_, n) => `Receiving objects:  ${n % 100}% (${n}/400), ${n}.20 MiB | 400.00 KiB/s\r`);
    const tail = [
      'remote: Enumerating objects: 400, done.        \n',
      'remote: Counting objects:  50% (200/400)        \rremote: Counting objects: 100% (400/400), done.        \n',
      ...progress,
      'remote: Total 400 (delta 12), reused 0 (delta 0), pack-reused 0        \n',
      'error: RPC failed; curl 18 transfer closed with outstanding read data remaining\n',
      'fetch-pack: unexpected disconnect while reading sideband packet\n',
      'fatal: early EOF\n',
      'fatal: fetch-pack: invalid index-pack output\n',
    ].join('');
    expect(wordsOf(tail).split('\n')).to.deep.equal([
      'error: RPC failed; curl 18 transfer closed with outstanding read data remaining',
      'fetch-pack: unexpected disconnect while reading sideband packet',
      'fatal: early EOF',
      'fatal: fetch-pack: invalid index-pack output',
    ]);
  });

  it('keeps what the host says, and of many lines the telling ones', () => {
    const chatter = Array.from({ length: 30 }, (_, n) => `some file ${n}`);
    const words = wordsOf(['remote: Your plan does not allow this.', ...chatter, 'fatal: unable to access'].join('\n'));
    expect(words).to.equal('remote: Your plan does not allow this.\nfatal: unable to access');
    expect(wordsOf(`${'x'.repeat(9_000)}\nfatal: no`)).to.equal('fatal: no');
  });

  // prettier-ignore
  const kinds: ReadonlyArray<readonly [tail: string, kind: GitFaultKind]> = [
    ["fatal: Authentication failed for 'https://git.example.org/a.git/'", 'authentication'],
    ["fatal: could not read Username for 'https://git.example.org': terminal prompts disabled", 'authentication'],
    ['git@git.example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'authentication'],
    ['Load key "/x/key": error in libcrypto\ngit@h: Permission denied (publickey).', 'authentication'],
    ["fatal: unable to access 'https://h/a.git/': The requested URL returned error: 403", 'authentication'],
    ["remote: Repository not found.\nfatal: repository 'https://h/a.git/' not found", 'notFound'],
    ["fatal: '/srv/a.git' does not appear to be a git repository", 'notFound'],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'hostKey'],
    ["fatal: unable to access 'https://h/a.git/': SSL certificate problem: self-signed certificate", 'certificate'],
    ["fatal: unable to access 'https://h/a.git/': server certificate verification failed. CAfile: none CRLfile: none", 'certificate'],
    ["fatal: unable to access 'https://h/a.git/': Could not resolve host: h", 'unreachable'],
    ['ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.', 'unreachable'],
    ['fatal: write error: No space left on device', 'diskFull'],
    ['fatal: remote error: upload-pack: not our ref 0123456789012345678901234567890123456789', 'objectMissing'],
    ['fatal: something else', 'other'],
  ];
  for (const [tail, kind] of kinds) it(`knows ${kind}: ${tail.slice(0, 60)}`, () => expect(gitFault(tail, 128).kind).to.equal(kind));
});
