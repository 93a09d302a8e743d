// What tests use beyond Node and git: installed where this machine lets us (root on Debian), else told aloud and its tests skip.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tried } from './steps.mjs';

/** A program that shows a package is there, the package, and what needs it. */
const optional = [
  ['/usr/bin/chromium', ['chromium', 'fonts-wqy-zenhei', 'fonts-noto-color-emoji'], 'the dashboard in a real browser'],
  ['/usr/sbin/dockerd', ['docker.io'], 'the Docker executor'],
  ['/bin/busybox', ['busybox-static'], 'images of the Docker executor'],
  ['/usr/bin/docker-compose', ['docker-compose'], 'the compose file'],
  ['/usr/bin/ssh', ['openssh-client'], 'sources over ssh'],
  ['/usr/sbin/squid', ['squid'], 'agents behind a proxy'],
  ['/usr/bin/openssl', ['openssl'], 'an authority of one’s own'],
  ['/usr/bin/git-lfs', ['git-lfs'], 'files of Git LFS'],
  ['/usr/sbin/sshd', ['openssh-server'], 'sources over ssh'],
];

/** What `npm run bench -- --peer buildbot` compares with. */
const peer = [
  ['/usr/bin/buildbot', ['buildbot'], 'Buildbot as a peer'],
  ['/usr/bin/buildbot-worker', ['buildbot-worker'], 'Buildbot as a peer'],
];

/** Resolves also where nothing could be installed: that is told. */
export const provision = () => provide(optional, 'tests of');
export const provisionPeer = () => provide(peer, 'benchmarks of');

async function provide(programs, what) {
  const missing = programs.filter(([program]) => !existsSync(program));
  if (missing.length === 0) return;
  if (mayInstall()) {
    const failure = await installed(missing.flatMap(([, names]) => names));
    if (failure === undefined) return;
    process.stdout.write(`${failure}\n`);
  }
  for (const [program, packages, use] of missing)
    if (!existsSync(program)) process.stdout.write(`not here: ${program} (Debian package ${packages[0]}); ${what} ${use} are skipped\n`);
}

/** Resolves with what went wrong, if anything did. */
async function installed(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  return (
    (await tried('Updating the package lists', 'apt-get', ['update', '-qq'], options)) ??
    (await tried(`Installing ${packages.join(', ')}`, 'apt-get', install, options))
  );
}

function mayInstall() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return false;
  return spawnSync('apt-get', ['--version']).status === 0 && /debian/i.test(readFileSync('/etc/os-release', 'utf8'));
}
