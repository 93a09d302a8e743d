/** G1: the script that one line on a build machine runs. Needs sh, curl or wget, tar, a SHA-256 tool and Node 20. Placeholders are put in by `installScript`. */
const template = String.raw`#!/bin/sh
# Downloads the Drover agent from its controller, checks it, and registers this machine.
# The registration token comes from DROVER_TOKEN or --token-file; --token shows it to every user of the machine.
# Options: [--token-file FILE] [--name NAME] [--labels a,b] [--slots N] [--url URL] [--data FOLDER]
#          [--bin FOLDER] where the command drover-agent goes (default: /usr/local/bin for root, else ~/.local/bin)
set -eu

main() {
  url='@URL@'
  sha256='@SHA256@'
  token="${'${'}DROVER_TOKEN:-}"
  unset DROVER_TOKEN
  data="${'${'}DROVER_AGENT_DATA:-$HOME/.drover-agent}"
  name= labels= slots= bin=$(default_bin)
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "the option $1 needs a value, or is not known"
    case "$1" in
      --token) token=$2 ;;
      --token-file) token=$(head -n 1 "$2") || fail "the file $2 cannot be read" ;;
      --name) name=$2 ;;
      --labels) labels=$2 ;;
      --slots) slots=$2 ;;
      --url) url=${'${'}2%/} ;;
      --data) data=$2 ;;
      --bin) bin=$2 ;;
      *) fail "the option $1 is not known: --token-file, --token, --name, --labels, --slots, --url, --data, --bin are" ;;
    esac
    shift 2
  done
  [ -n "$token" ] || fail "a registration token is needed: set DROVER_TOKEN before sh, or use --token-file FILE; an administrator makes a token in the dashboard under Agents"
  check_tools
  case "$data" in /*) ;; *) data="$PWD/$data" ;; esac
  umask 077
  mkdir -p "$data/versions" || fail "the folder $data cannot be written"
  work=$(mktemp -d "$data/download.XXXXXX")
  trap 'rm -rf "$work"' EXIT INT TERM
  say "Downloading the agent from $url"
  download "$url/install/drover-agent.tgz" "$work/agent.tgz" || fail "the agent could not be downloaded from $url; is the address right, and reachable from here?"
  found=$(digest "$work/agent.tgz")
  [ "$found" = "$sha256" ] || fail "the download is damaged: its SHA-256 is $found, expected was $sha256; try again"
  version="$data/versions/$sha256"
  if [ ! -f "$version/dist/main.js" ]; then
    mkdir "$work/unpacked"
    tar -xzf "$work/agent.tgz" -C "$work/unpacked" || fail "the download could not be unpacked"
    rm -rf "$version"
    mv "$work/unpacked/drover-agent" "$version"
  fi
  rm -f "$work/current"
  ln -s "versions/$sha256" "$work/current"
  rm -rf "$data/current.old"
  mv -f "$work/current" "$data/.current.new"
  rm -rf "$data/current"
  mv "$data/.current.new" "$data/current"
  put_command
  register
  say "To have it start with the machine:  drover-agent service install"
  [ "$(command -v drover-agent 2>/dev/null)" = "$bin/drover-agent" ] || say "The command drover-agent is in $bin, which is not on this shell's PATH: call it as $bin/drover-agent"
}

default_bin() {
  if [ "$(id -u)" = 0 ]; then echo /usr/local/bin; else echo "$HOME/.local/bin"; fi
}

# The command drover-agent, for this data folder. One of another origin is left as it is.
put_command() {
  [ ! -e "$bin/drover-agent" ] || grep -q '^# drover-agent, as its controller installed it' "$bin/drover-agent" || fail "$bin/drover-agent is there already and not from here; choose another folder with --bin"
  quoted=$(printf '%s' "$data" | sed "s/'/'\\\\''/g")
  mkdir -p "$bin" 2>/dev/null || fail "the folder $bin cannot be made; choose another with --bin"
  cat >"$work/command" <<COMMAND
#!/bin/sh
# drover-agent, as its controller installed it
[ -n "\$DROVER_AGENT_DATA" ] || DROVER_AGENT_DATA='$quoted'
export DROVER_AGENT_DATA
exec node '$quoted/current/dist/main.js' "\$@"
COMMAND
  chmod 755 "$work/command"
  mv -f "$work/command" "$bin/drover-agent" 2>/dev/null || fail "the folder $bin cannot be written; choose another with --bin"
}

register() {
  set -- register --url "$url" --data "$data"
  [ -z "$name" ] || set -- "$@" --name "$name"
  [ -z "$labels" ] || set -- "$@" --labels "$labels"
  [ -z "$slots" ] || set -- "$@" --slots "$slots"
  DROVER_TOKEN="$token" node "$data/current/dist/main.js" "$@" || fail "the agent is installed in $data, but could not be registered (see above)"
}

check_tools() {
  command -v node >/dev/null 2>&1 || fail "Node.js is needed (version 20 or newer), and there is no 'node' on this machine: see https://nodejs.org"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed; this machine has $(node --version)"
  command -v tar >/dev/null 2>&1 || fail "tar is needed"
  command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || fail "curl or wget is needed"
}

download() {
  if command -v curl >/dev/null 2>&1; then curl -fsSL --retry 8 -o "$2" "$1"; return; fi
  tries=1
  until wget -q -O "$2" "$1"; do
    [ $? -eq 8 ] && [ $tries -lt 8 ] || return 1
    tries=$((tries + 1))
    sleep 3
  done
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 "$1" | cut -d ' ' -f 1
  else node -e 'const h=require("crypto").createHash("sha256");h.update(require("fs").readFileSync(process.argv[1]));console.log(h.digest("hex"))' "$1"; fi
}

say() { printf '%s\n' "$*"; }
fail() { printf 'drover-agent: %s.\n' "$*" >&2; exit 1; }

main "$@"
`;

export const installScript = ({ url, sha256 }: { readonly url: string; readonly sha256: string }): string =>
  template.replaceAll('@URL@', url).replaceAll('@SHA256@', sha256);
